import { digitLines } from './digit-lines';
import { probabilityLines } from './probability-lines';

/** The columns of a terminal. */
const width = 80;
const gap = '  ';

/** A digit and beside it the probabilities of what it may be, 80 columns wide. Pixels as `digitLines` takes them. */
export function predictionLines(pixels: ArrayLike<number>, probabilities: ArrayLike<number>): string[] {
  const digit = digitLines(pixels);
  const bars = probabilityLines(probabilities, width - (digit[0] as string).length - gap.length);
  const above = Math.floor((digit.length - bars.length) / 2);
  return digit.map((line, i) => `${line}${gap}${bars[i - above] ?? ''}`.trimEnd());
}
