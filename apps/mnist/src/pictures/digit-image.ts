import { type Color, pixelImage } from './pixel-image';

/** Rows and columns of a digit. */
export const digitSide = 28;

/** A digit, black on white, as the address of an image. Pixels are `[28 * 28]`, row by row, from 0 for the paper to 1 for the ink. */
export function digitImage(pixels: ArrayLike<number>): string {
  const color = (i: number): Color => {
    const grey = Math.round(255 * (1 - (pixels[i] as number)));
    return [grey, grey, grey];
  };
  const places = Array.from({ length: digitSide }, (_, k) => k);
  return pixelImage(places.map((row) => places.map((column) => color(row * digitSide + column))));
}
