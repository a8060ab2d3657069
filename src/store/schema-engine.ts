/**
 * Prisma's schema engine, loaded from the WASM file in its package and bound to one database file.
 *
 * Entry point: `withSchemaEngine`, which closes what the engine opened: it never does so itself, and an open
 * connection keeps the file from entering WAL mode.
 */
import { PrismaBetterSqlite3 } from '@prisma/adapter-better-sqlite3';
import { bindMigrationAwareSqlAdapterFactory, type SqlDriverAdapter } from '@prisma/driver-adapter-utils';
import type { SchemaEngine } from '@prisma/schema-engine-wasm/schema_engine_bg';
import fs from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

export type { SchemaEngine };

/** The engine's filter for "nothing is managed elsewhere". */
export const noFilter = { externalTables: [], externalEnums: [] };

export async function withSchemaEngine<T>(
  file: string,
  schema: string | null,
  work: (engine: SchemaEngine) => Promise<T>,
): Promise<T> {
  const opened: SqlDriverAdapter[] = [];
  const factory = new PrismaBetterSqlite3({ url: `file:${file}` });
  const connect = factory.connect.bind(factory);
  factory.connect = async () => {
    const adapter = await connect();
    opened.push(adapter);
    return adapter;
  };
  engineClass ??= load();
  const Engine = await engineClass;
  const datamodels: [string, string][] | undefined =
    schema === null ? undefined : [['schema.prisma', schema]];
  const engine = await Engine.new({ datamodels }, ignoreLog, bindMigrationAwareSqlAdapterFactory(factory));
  try {
    return await work(engine);
  } finally {
    engine.free();
    for (const adapter of opened) await adapter.dispose();
  }
}

/** Once per process: the package's bindings hold one instance in a module variable. */
let engineClass: Promise<typeof SchemaEngine> | null = null;

/** The package's own loader imports the WASM file as a module, which Node does only behind a flag. */
async function load(): Promise<typeof SchemaEngine> {
  const bindings = await import('@prisma/schema-engine-wasm/schema_engine_bg');
  const entry = createRequire(import.meta.url).resolve('@prisma/schema-engine-wasm/schema_engine_bg');
  const bytes = fs.readFileSync(path.join(path.dirname(entry), 'schema_engine_bg.wasm'));
  // Where a panic of the engine leaves its message before it throws.
  Object.assign(globalThis, { PRISMA_WASM_PANIC_REGISTRY: { set_message: rememberPanic } });
  const { instance } = await WebAssembly.instantiate(bytes, { './schema_engine_bg.js': bindings });
  bindings.__wbg_set_wasm(instance.exports);
  (instance.exports['__wbindgen_start'] as () => void)();
  return bindings.SchemaEngine;
}

function rememberPanic(message: string): void {
  throw new Error(`the schema engine failed: ${message}`);
}

function ignoreLog(): void {
  // Every step at debug level; failures are thrown.
}
