-- A sequence of their own cost each fill a page of the log before its take-profit could leave. Ids of fills only say
-- which came later. In one transaction, so that a server that dies here has all fills in one table or in the other.
BEGIN IMMEDIATE;

-- RedefineTables
CREATE TABLE "new_Fill" (
    "id" INTEGER NOT NULL PRIMARY KEY,
    "executionId" TEXT NOT NULL,
    "userId" INTEGER NOT NULL,
    "cycleKey" INTEGER NOT NULL,
    "clientOrderId" TEXT NOT NULL,
    "exchangeOrderId" TEXT NOT NULL,
    "tag" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "leg" INTEGER NOT NULL,
    "executionKind" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "price" TEXT NOT NULL,
    "quantity" TEXT NOT NULL,
    "fee" TEXT NOT NULL,
    "feeCurrency" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "Fill_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);
INSERT INTO "new_Fill" ("id", "executionId", "userId", "cycleKey", "clientOrderId", "exchangeOrderId", "tag", "kind", "leg", "executionKind", "direction", "price", "quantity", "fee", "feeCurrency", "at")
SELECT "id", "executionId", "userId", "cycleKey", "clientOrderId", "exchangeOrderId", "tag", "kind", "leg", "executionKind", "direction", "price", "quantity", "fee", "feeCurrency", "at" FROM "Fill" ORDER BY "id";
DROP TABLE "Fill";
ALTER TABLE "new_Fill" RENAME TO "Fill";

-- CreateIndex
CREATE INDEX "Fill_userId_cycleKey_idx" ON "Fill"("userId", "cycleKey");

-- CreateIndex
CREATE UNIQUE INDEX "Fill_userId_executionId_key" ON "Fill"("userId", "executionId");

COMMIT;
