import { extent } from './extent';

/** Whether values read better on a logarithmic axis: all are above 0 and the largest is ten times the smallest. */
export function isLogarithmic(values: readonly number[]): boolean {
  const [smallest, largest] = extent(values);
  return smallest > 0 && largest >= 10 * smallest;
}

/** Where a logarithmic axis of such values has labels: at 1, 2 and 5 times the powers of ten; beyond four decades at the powers alone. */
export function logarithmicTicks(values: readonly number[]): number[] {
  const [smallest, largest] = extent(values);
  const [from, to] = [Math.floor(Math.log10(smallest)), Math.ceil(Math.log10(largest))];
  const factors = to - from > 4 ? [1] : [1, 2, 5];
  return Array.from({ length: to - from + 1 }, (_, k) => factors.map((factor) => Number(`${factor}e${from + k}`)))
    .flat()
    .filter((tick) => tick >= smallest && tick <= largest);
}
