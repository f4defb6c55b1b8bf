/** `count` evenly spaced numbers from `start` to `stop`, both ends included, as TensorFlow's `linspace`. */
export function linspace(start: number, stop: number, count: number): Float64Array {
  if (count === 1) return Float64Array.of(start);
  return Float64Array.from({ length: count }, (_, i) => start + ((stop - start) * i) / (count - 1));
}
