/** The class with the largest value. */
export const classOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((best, value, k, all) => (value > (all[best] as number) ? k : best), 0);
