# Blitz LITE in a container: docker compose up -d (compose.yaml), or see DEPLOYMENT.md.
FROM node:24-bookworm-slim AS build
WORKDIR /app
COPY package.json package-lock.json ./
COPY prisma.config.ts tsconfig.json next.config.mjs postcss.config.mjs server.ts ./
COPY prisma prisma
COPY src src
# Installs exactly what the lockfile names, then builds the pages, the server and the paper exchange.
RUN npm run build
# What only tests and the build need stays behind.
RUN npm prune --omit=dev --no-audit --no-fund && rm -rf node_modules/.cache .next/cache

FROM node:24-bookworm-slim
ENV NODE_ENV=production \
    WEB_HOST=0.0.0.0 \
    BLITZ_DB_PATH=/data/users.db \
    NODE_COMPILE_CACHE=/data/compiled
WORKDIR /app
COPY --from=build /app .
# The image's own user; the program is not his to change, the data is.
RUN install -d -o node -g node -m 0700 /data
USER node
VOLUME /data
EXPOSE 8000
STOPSIGNAL SIGTERM
# Ready means that every bot has looked at its account; a new version may take its time over it.
HEALTHCHECK --interval=15s --timeout=5s --start-period=90s --retries=4 \
  CMD ["/app/node_modules/.bin/node", "-e", "fetch('http://127.0.0.1:8000/readyz').then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
CMD ["/app/node_modules/.bin/node", "src/cli/start.mjs"]
