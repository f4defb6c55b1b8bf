import { expect, it } from 'vitest';
import { hangingLines } from './hanging-lines';

it('a text that fits is a line, and a longer one hangs below its beginning, no line wider than the columns', () => {
  expect(hangingLines('data     ', 'two words', 60)).toEqual(['data     two words']);
  const text = Array.from({ length: 30 }, (_, i) => `word${i}`).join(' ');
  const lines = hangingLines('data     ', text, 60);
  expect(lines.length).toBeGreaterThan(2);
  for (const line of lines) expect(line.length).toBeLessThanOrEqual(60);
  expect(lines[0]).toMatch(/^data {5}word0 /);
  for (const line of lines.slice(1)) expect(line).toMatch(/^ {9}word/);
  expect(lines.map((line) => line.slice(9)).join(' ')).toBe(text);
});

it('a pipe counts as 80 columns; a word that is wider than that, such as a path, stays whole', () => {
  const letters = 'a '.repeat(100).trim();
  expect(hangingLines('data', letters).map((line) => line.length)).toEqual([79, 79, 51]);
  const path = `/tmp/${'x'.repeat(90)}`;
  expect(hangingLines('drawn in ', `${path}: a.svg`, 80)).toEqual([`drawn in ${path}:`, '         a.svg']);
});
