/**
 * `size` numbers in (-1, 1) that follow from `seed` alone. For tests: no two steps, gates or units see the same values, so
 * that a swap shows. Multiples of 1/4096, exact in float32.
 */
export function sequenceOf(size: number, seed: number): number[] {
  const values: number[] = [];
  let state = Math.imul(seed + 1, 0x9e3779b1) >>> 0;
  for (let i = 0; i < size; i++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    values.push(((state >>> 20) - 2047.5) / 2048);
  }
  return values;
}
