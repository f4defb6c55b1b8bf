import { digitSide } from './pictures/digit-image';

/** Of two pixels, one above the other: neither, the upper, the lower, both. */
const halves = [' ', '▀', '▄', '█'];

/**
 * A digit as 14 lines of 28 columns, two pixels in each place: what has at least half the ink is drawn. Pixels are `[28 * 28]`, row by row, from 0 for
 * the paper to 1 for the ink.
 */
export function digitLines(pixels: ArrayLike<number>): string[] {
  const isInk = (row: number, column: number): number => ((pixels[row * digitSide + column] as number) >= 0.5 ? 1 : 0);
  return Array.from({ length: digitSide / 2 }, (_, line) =>
    Array.from({ length: digitSide }, (_, column) => {
      return halves[isInk(2 * line, column) + 2 * isInk(2 * line + 1, column)];
    }).join(''),
  );
}
