import type { Picture } from './picture';

/** Writes the picture moved by whole pixels, right and down, to the same place of `moved`, which holds zeros there. */
export function shiftPicture({ values, begin, height, width }: Picture, moved: Float32Array, dx: number, dy: number) {
  const count = width - Math.abs(dx);
  if (count <= 0) return;
  const from = begin + Math.max(-dx, 0);
  const to = begin + Math.max(dx, 0);
  for (let y = Math.max(-dy, 0); y < height - Math.max(dy, 0); y++) {
    const row = from + y * width;
    moved.set(values.subarray(row, row + count), to + (y + dy) * width);
  }
}
