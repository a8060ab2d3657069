-- CreateTable
CREATE TABLE "User" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "email" TEXT NOT NULL,
    "passwordHash" TEXT NOT NULL,
    "role" TEXT NOT NULL DEFAULT 'user',
    "sessionVersion" INTEGER NOT NULL DEFAULT 1,
    "disabledAt" DATETIME,
    "createdAt" DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP
);

-- CreateTable
CREATE TABLE "RevokedSession" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "endsAt" BIGINT NOT NULL
);

-- CreateTable
CREATE TABLE "Credential" (
    "userId" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "venue" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "sealedKey" TEXT NOT NULL,
    "sealedSecret" TEXT NOT NULL,
    "keyHint" TEXT NOT NULL,
    "accountUid" TEXT,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "Credential_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "BotSettings" (
    "userId" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "symbol" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "leverage" INTEGER NOT NULL,
    "legs" TEXT NOT NULL,
    "rounds" INTEGER NOT NULL,
    "takeProfit" TEXT NOT NULL,
    "stopLoss" TEXT NOT NULL,
    "repeat" BOOLEAN NOT NULL,
    "cooldown" INTEGER NOT NULL,
    "guard" TEXT NOT NULL,
    "updatedAt" DATETIME NOT NULL,
    CONSTRAINT "BotSettings_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Bot" (
    "userId" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "desired" TEXT NOT NULL DEFAULT 'stopped',
    "mode" TEXT NOT NULL DEFAULT 'run',
    "status" TEXT NOT NULL DEFAULT 'not_running',
    "cycleNumber" INTEGER NOT NULL DEFAULT 0,
    "cycleKey" INTEGER NOT NULL DEFAULT 0,
    "cooldownUntil" DATETIME,
    "startedAt" DATETIME,
    "heartbeatAt" DATETIME,
    "lastErrorCode" TEXT,
    "lastErrorMessage" TEXT,
    "lastErrorAt" DATETIME,
    CONSTRAINT "Bot_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Cycle" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "userId" INTEGER NOT NULL,
    "cycleKey" INTEGER NOT NULL,
    "number" INTEGER NOT NULL,
    "venue" TEXT NOT NULL,
    "environment" TEXT NOT NULL,
    "accountUid" TEXT NOT NULL,
    "symbol" TEXT NOT NULL,
    "side" TEXT NOT NULL,
    "plan" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "openedAt" DATETIME NOT NULL,
    "settledAt" DATETIME,
    "reason" TEXT,
    "legsFilled" INTEGER NOT NULL DEFAULT 0,
    "quantity" TEXT,
    "averageEntryPrice" TEXT,
    "averageExitPrice" TEXT,
    "gross" TEXT,
    "fees" TEXT,
    "funding" TEXT,
    "net" TEXT,
    "partial" BOOLEAN NOT NULL DEFAULT false,
    CONSTRAINT "Cycle_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "OrderIntent" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "clientOrderId" TEXT NOT NULL,
    "userId" INTEGER NOT NULL,
    "cycleKey" INTEGER NOT NULL,
    "tag" TEXT NOT NULL,
    "kind" TEXT NOT NULL,
    "leg" INTEGER NOT NULL,
    "replacement" INTEGER NOT NULL,
    "symbol" TEXT NOT NULL,
    "direction" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "price" TEXT,
    "triggerPrice" TEXT,
    "quantity" TEXT NOT NULL,
    "reduceOnly" BOOLEAN NOT NULL,
    "closeAll" BOOLEAN NOT NULL DEFAULT false,
    "adopted" BOOLEAN NOT NULL DEFAULT false,
    "state" TEXT NOT NULL,
    "pending" TEXT,
    "exchangeOrderId" TEXT,
    "filledQuantity" TEXT NOT NULL DEFAULT '0',
    "reason" TEXT,
    "createdAt" BIGINT NOT NULL,
    "updatedAt" BIGINT NOT NULL,
    CONSTRAINT "OrderIntent_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Fill" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
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

-- CreateTable
CREATE TABLE "FundingEntry" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "fundingId" TEXT NOT NULL,
    "userId" INTEGER NOT NULL,
    "cycleKey" INTEGER NOT NULL,
    "symbol" TEXT NOT NULL,
    "amount" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "FundingEntry_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Event" (
    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "userId" INTEGER NOT NULL,
    "cycleKey" INTEGER NOT NULL,
    "type" TEXT NOT NULL,
    "data" TEXT NOT NULL,
    "at" BIGINT NOT NULL,
    CONSTRAINT "Event_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "User_email_key" ON "User"("email");

-- CreateIndex
CREATE UNIQUE INDEX "Credential_venue_environment_accountUid_key" ON "Credential"("venue", "environment", "accountUid");

-- CreateIndex
CREATE INDEX "Cycle_userId_settledAt_idx" ON "Cycle"("userId", "settledAt");

-- CreateIndex
CREATE UNIQUE INDEX "Cycle_userId_cycleKey_key" ON "Cycle"("userId", "cycleKey");

-- CreateIndex
CREATE UNIQUE INDEX "OrderIntent_clientOrderId_key" ON "OrderIntent"("clientOrderId");

-- CreateIndex
CREATE INDEX "OrderIntent_userId_cycleKey_idx" ON "OrderIntent"("userId", "cycleKey");

-- CreateIndex
CREATE INDEX "Fill_userId_cycleKey_idx" ON "Fill"("userId", "cycleKey");

-- CreateIndex
CREATE UNIQUE INDEX "Fill_userId_executionId_key" ON "Fill"("userId", "executionId");

-- CreateIndex
CREATE INDEX "FundingEntry_userId_cycleKey_idx" ON "FundingEntry"("userId", "cycleKey");

-- CreateIndex
CREATE UNIQUE INDEX "FundingEntry_userId_fundingId_key" ON "FundingEntry"("userId", "fundingId");

-- CreateIndex
CREATE INDEX "Event_userId_cycleKey_idx" ON "Event"("userId", "cycleKey");
