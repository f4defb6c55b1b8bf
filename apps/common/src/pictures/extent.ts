/** Smallest and largest of the values; what is not finite does not count. */
export function extent(values: readonly number[]): [smallest: number, largest: number] {
  // Not by spread arguments, which the reports of a long run would be too many for.
  return values
    .filter(Number.isFinite)
    .reduce<[number, number]>(
      ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
      [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
    );
}
