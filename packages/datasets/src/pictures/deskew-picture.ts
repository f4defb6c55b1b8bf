import type { Picture } from './picture';

/**
 * Writes the picture without its slant to the same place of `drawn`, which holds zeros there. The slant is that of the regression of x on y,
 * each pixel counted by its value; the picture at (x, y) is this one at (x + slant · (y - mean y), y), between two pixels, zero outside.
 * One that has no two rows with ink stays as it is.
 */
export function deskewPicture(picture: Picture, drawn: Float32Array): void {
  const { values, begin, height, width } = picture;
  const { slant, meanY } = slantOf(picture);
  for (let y = 0; y < height; y++) {
    const row = begin + y * width;
    const offset = slant * (y - meanY);
    const whole = Math.floor(offset);
    const share = offset - whole;
    const end = Math.min(width, width - whole);
    for (let x = Math.max(0, -1 - whole); x < end; x++) {
      const source = x + whole;
      const left = source >= 0 ? (values[row + source] as number) : 0;
      const right = source < width - 1 ? (values[row + source + 1] as number) : 0;
      drawn[row + x] = left * (1 - share) + right * share;
    }
  }
}

function slantOf({ values, begin, height, width }: Picture): { readonly slant: number; readonly meanY: number } {
  let [ink, sumX, sumY, sumXY, sumYY] = [0, 0, 0, 0, 0];
  for (let y = 0; y < height; y++) {
    const row = begin + y * width;
    let inkOfRow = 0;
    let sumXOfRow = 0;
    for (let x = 0; x < width; x++) {
      const value = values[row + x] as number;
      inkOfRow += value;
      sumXOfRow += value * x;
    }
    ink += inkOfRow;
    sumX += sumXOfRow;
    sumY += inkOfRow * y;
    sumXY += sumXOfRow * y;
    sumYY += inkOfRow * y * y;
  }
  const variance = sumYY * ink - sumY * sumY;
  return variance > 0 ? { slant: (sumXY * ink - sumX * sumY) / variance, meanY: sumY / ink } : { slant: 0, meanY: 0 };
}
