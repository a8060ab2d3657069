-- CreateTable
CREATE TABLE "PastTrade" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "userId" INTEGER NOT NULL,
    "originalId" INTEGER NOT NULL,
    "symbol" TEXT,
    "side" TEXT,
    "entryPrice" TEXT,
    "exitPrice" TEXT,
    "quantity" TEXT,
    "pnl" TEXT,
    "closedAt" DATETIME,
    CONSTRAINT "PastTrade_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "PastTrade_userId_originalId_key" ON "PastTrade"("userId", "originalId");
