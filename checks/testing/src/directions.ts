import { sequenceOf } from './sequence-of';

/** Four directions for so many numbers. A gradient that is wrong in one entry is wrong along each of them. */
const directions = (size: number): number[][] => [0, 1, 2, 3].map((k) => sequenceOf(size, 200 + k));

/**
 * The slopes of `f` at `x` along four directions, by central differences: (f(x + h d) - f(x - h d)) / 2h. Beside `centralDifferences`, for an `f`
 * that costs too much to be computed twice for each entry.
 */
export function slopesAlongDirections(f: (x: Float32Array) => number, x: ArrayLike<number>, h = 1 / 256): number[] {
  return directions(x.length).map((direction) => {
    const moved = (by: number): Float32Array =>
      Float32Array.from(x, (entry, i) => entry + by * (direction[i] as number));
    return (f(moved(h)) - f(moved(-h))) / (2 * h);
  });
}

/** The same slopes by the gradient. */
export const alongDirections = (gradient: ArrayLike<number>): number[] =>
  directions(gradient.length).map((direction) =>
    direction.reduce((total, entry, i) => total + entry * (gradient[i] as number), 0),
  );
