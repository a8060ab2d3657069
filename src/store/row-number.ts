/** Integer columns hold 32 bits; a number beyond that names no row, and the driver would throw on it. */
const int32Max = 2 ** 31 - 1;

export function isRowNumber(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= int32Max;
}
