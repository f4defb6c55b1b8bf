import { expect, it } from 'vitest';
import { digitLines } from './digit-lines';
import { predictionLines } from './prediction-lines';
import { probabilityLines } from './probability-lines';

/** A slope from the upper left to the lower right, and a faint frame that is not drawn. */
const pixels = Float32Array.from({ length: 784 }, (_, i) => {
  const [row, column] = [Math.floor(i / 28), i % 28];
  return row === column ? 1 : row === 0 || column === 0 ? 0.4 : 0;
});

it('a digit is drawn two rows to a line', () => {
  const lines = digitLines(pixels);
  expect(lines).toHaveLength(14);
  for (const [k, line] of lines.entries()) expect(line).toBe(`${' '.repeat(2 * k)}▀▄${' '.repeat(26 - 2 * k)}`);
  expect(digitLines(new Float32Array(784).fill(1))).toEqual(Array(14).fill('█'.repeat(28)));
});

it('the bars stand beside it, in the middle, and nothing is wider than 80 columns', () => {
  const probabilities = Array.from({ length: 10 }, (_, k) => (k === 7 ? 0.91 : 0.01));
  const lines = predictionLines(pixels, probabilities);
  expect(lines).toHaveLength(14);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(80);
  expect(lines.map((line) => line.slice(0, 28).trimEnd())).toEqual(digitLines(pixels).map((line) => line.trimEnd()));
  expect(lines.slice(2, 12).map((line) => line.slice(30))).toEqual(probabilityLines(probabilities, 50));
});
