import { expect, it } from 'vitest';
import { probabilityLines } from './probability-lines';

const probabilities = [0.001, 0.012, 0.3, 0.5, 0.02, 0.08, 0.0004, 0.05, 0.0336, 0.003];
/** The length of a line's bar, in eighths of a column: U+2588 is a whole one, U+258F an eighth. */
const eighths = (line: string): number =>
  [...line].reduce((sum, letter) => {
    const code = letter.charCodeAt(0);
    return code >= 0x2588 && code <= 0x258f ? sum + 8 - (code - 0x2588) : sum;
  }, 0);

it.each([80, 50, 40])('in %i columns each bar is as long as its probability, to an eighth of a column', (width) => {
  const lines = probabilityLines(probabilities, width);
  expect(lines).toHaveLength(10);
  const whole = eighths(probabilityLines([1], width)[0] as string);
  expect(whole).toBeGreaterThan(8 * (width - 20));
  for (const [k, line] of lines.entries()) {
    expect(Math.abs(eighths(line) - (probabilities[k] as number) * whole)).toBeLessThanOrEqual(1);
    expect([...line].length).toBeLessThanOrEqual(width);
    expect(line.startsWith(`${k}  `)).toBe(true);
    expect(line).toContain(` ${(100 * (probabilities[k] as number)).toFixed(2)} %`);
  }
});

it('marks the likeliest, ends the numbers in one column and needs no escape codes', () => {
  const lines = probabilityLines(probabilities);
  expect(lines.filter((line) => line.endsWith('  ←'))).toEqual([lines[3]]);
  expect(new Set(lines.map((line) => line.indexOf('%'))).size).toBe(1);
  expect(lines.join('')).not.toContain('\u001b');
});

it('what is above 0 is seen, and 0 is not', () => {
  const [none, little, all] = probabilityLines([0, 1e-9, 1]);
  expect([none, little].map((line) => eighths(line as string))).toEqual([0, 1]);
  expect(all).toContain('100.00 %');
});
