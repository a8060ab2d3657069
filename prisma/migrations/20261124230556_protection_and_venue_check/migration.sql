-- AlterTable
ALTER TABLE "Cycle" ADD COLUMN "longestGapMs" BIGINT;
ALTER TABLE "Cycle" ADD COLUMN "uncoveredMs" BIGINT;
ALTER TABLE "Cycle" ADD COLUMN "unknownMs" BIGINT;
ALTER TABLE "Cycle" ADD COLUMN "venueCheck" TEXT;
ALTER TABLE "Cycle" ADD COLUMN "venueCheckReason" TEXT;
ALTER TABLE "Cycle" ADD COLUMN "venueCheckedAt" DATETIME;
ALTER TABLE "Cycle" ADD COLUMN "venueDifference" TEXT;

-- CreateTable
CREATE TABLE "ProtectionClock" (
    "userId" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    "cycleKey" INTEGER NOT NULL,
    "phase" TEXT NOT NULL,
    "since" BIGINT NOT NULL,
    "seenAt" BIGINT NOT NULL,
    "cause" TEXT,
    "gapSince" BIGINT,
    "gapMs" BIGINT NOT NULL,
    "uncoveredMs" BIGINT NOT NULL,
    "unknownMs" BIGINT NOT NULL,
    "longestGapMs" BIGINT NOT NULL,
    "totalUncoveredMs" BIGINT NOT NULL,
    "totalUnknownMs" BIGINT NOT NULL,
    "totalLongestMs" BIGINT NOT NULL,
    CONSTRAINT "ProtectionClock_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE INDEX "Cycle_venueCheck_settledAt_idx" ON "Cycle"("venueCheck", "settledAt");
