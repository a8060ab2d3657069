/**
 * How Node runs the built server. A small heap, since the bots' state is small, with room for what dies young, or a
 * restart spends its time on it; it may grow by more than the third that Node allows a heap of this size, since each
 * full collection stops a fill's answer for 15 ms. V8 would also collect, twice, whenever little is going on, to give
 * memory back: just when a fill comes alone. No source maps: they take a second and 50 MB, and the bundle's own names
 * and lines can be read.
 */
export const nodeFlags = [
  '--max-semi-space-size=16',
  '--max-old-space-size=256',
  '--heap-growing-percent=80',
  '--no-memory-reducer',
];
