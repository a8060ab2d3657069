/** Samples in milliseconds, summed up without smoothing anything away. */
export interface Quantiles {
  count: number;
  p50: number;
  p90: number;
  p99: number;
  max: number;
}

/** Nearest rank: every figure is a sample that was really measured. Needs at least one. */
export function quantilesOf(samples: readonly number[]): Quantiles {
  const sorted = samples.toSorted((a, b) => a - b);
  const at = (ratio: number) => {
    const value = sorted[Math.max(0, Math.ceil(sorted.length * ratio) - 1)];
    if (value === undefined) throw new Error('quantiles need at least one sample');
    return Math.round(value * 1000) / 1000;
  };
  return { count: sorted.length, p50: at(0.5), p90: at(0.9), p99: at(0.99), max: at(1) };
}
