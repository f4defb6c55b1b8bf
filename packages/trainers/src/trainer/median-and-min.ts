/** The median and the least of some numbers, NaN of none; of an even count, the median is the mean of the middle two. */
export function medianAndMin(values: readonly number[]): { readonly median: number; readonly min: number } {
  const sorted = Float64Array.from(values).sort();
  const upper = sorted.length >> 1;
  const lower = (sorted.length - 1) >> 1;
  return { median: ((sorted[lower] as number) + (sorted[upper] as number)) / 2, min: sorted[0] ?? Number.NaN };
}
