-- AlterTable
ALTER TABLE "Cycle" ADD COLUMN "writtenOff" TEXT;

-- AlterTable
ALTER TABLE "User" ADD COLUMN "keyRemovedAt" DATETIME;
