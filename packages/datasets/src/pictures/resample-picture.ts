import type { Picture } from './picture';

/** x' = xx · x + xy · y + x0 and y' = yx · x + yy · y + y0, in pixels from the picture's centre. */
export interface AffineMap {
  readonly xx: number;
  readonly xy: number;
  readonly x0: number;
  readonly yx: number;
  readonly yy: number;
  readonly y0: number;
}

/**
 * Writes the picture whose pixel (x, y) has the value of this one at (x', y'), between the four pixels around it by bilinear
 * interpolation and zero outside, to the same place of `drawn`, which holds zeros there.
 */
export function resamplePicture(picture: Picture, drawn: Float32Array, { xx, xy, x0, yx, yy, y0 }: AffineMap): void {
  const { values, begin, height, width } = picture;
  const middleX = (width - 1) / 2;
  const middleY = (height - 1) / 2;
  for (let place = begin, row = 0; row < height; row++) {
    for (let column = 0; column < width; column++, place++) {
      const sourceX = xx * (column - middleX) + xy * (row - middleY) + x0 + middleX;
      const sourceY = yx * (column - middleX) + yy * (row - middleY) + y0 + middleY;
      const left = Math.floor(sourceX);
      const top = Math.floor(sourceY);
      if (left < -1 || left >= width || top < -1 || top >= height) continue;
      const above = begin + top * width + left;
      const below = above + width;
      const hasLeft = left >= 0;
      const hasRight = left < width - 1;
      const hasTop = top >= 0;
      const hasBottom = top < height - 1;
      const topLeft = hasTop && hasLeft ? (values[above] as number) : 0;
      const topRight = hasTop && hasRight ? (values[above + 1] as number) : 0;
      const bottomLeft = hasBottom && hasLeft ? (values[below] as number) : 0;
      const bottomRight = hasBottom && hasRight ? (values[below + 1] as number) : 0;
      const across = sourceX - left;
      const down = sourceY - top;
      const upper = topLeft * (1 - across) + topRight * across;
      const lower = bottomLeft * (1 - across) + bottomRight * across;
      drawn[place] = upper * (1 - down) + lower * down;
    }
  }
}
