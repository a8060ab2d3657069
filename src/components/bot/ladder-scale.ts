/**
 * Where things stand on the picture of a ladder: prices become heights, labels that would cover each other
 * move apart. Pure. Floats are fine here: nothing of it is ever sent.
 */
export interface Placed<T> {
  mark: T;
  /** Height of the price itself. */
  y: number;
  /** Height of its label, near `y` and clear of the other labels. */
  labelY: number;
}

export interface Room {
  height: number;
  /** Kept free above and below. */
  padding: number;
  /** The least distance between two labels. */
  labelGap: number;
}

/** Highest price first. Marks without a usable price are left out. */
export function placeMarks<T extends { price: string }>(marks: readonly T[], room: Room): Placed<T>[] {
  const priced = marks
    .map((mark) => ({ mark, price: Number(mark.price) }))
    .filter(({ price }) => Number.isFinite(price) && price > 0)
    .sort((left, right) => right.price - left.price);
  const highest = priced[0]?.price ?? 0;
  const lowest = priced.at(-1)?.price ?? 0;
  const span = highest - lowest;
  const usable = room.height - 2 * room.padding;
  const placed = priced.map(({ mark, price }) => {
    const y = span === 0 ? room.height / 2 : room.padding + ((highest - price) / span) * usable;
    return { mark, y, labelY: y };
  });
  spread(placed, room);
  return placed;
}

/** Downwards until none overlap, then upwards from the bottom edge; both keep the order of prices. */
function spread(placed: { labelY: number }[], { height, padding, labelGap }: Room): void {
  let free = Number.NEGATIVE_INFINITY;
  for (const label of placed) {
    label.labelY = Math.max(label.labelY, free);
    free = label.labelY + labelGap;
  }
  let limit = height - padding / 2;
  for (const label of placed.toReversed()) {
    label.labelY = Math.min(label.labelY, limit);
    limit = label.labelY - labelGap;
  }
}
