/** The first of some numbers that is NaN or infinite. */
export const firstNotFinite = (values: Float32Array): number | undefined =>
  values.find((value) => !Number.isFinite(value));
