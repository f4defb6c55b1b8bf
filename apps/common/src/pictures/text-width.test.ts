import { expect, it } from 'vitest';
import { textWidth } from './text-width';

it('grows with the size, with the weight and with the text', () => {
  const width = textWidth('test accuracy', { fontSize: 12 });
  expect(textWidth('test accuracy', { fontSize: 24 })).toBeCloseTo(2 * width, 9);
  expect(textWidth('test accuracy', { fontSize: 12, fontWeight: 600 })).toBeGreaterThan(1.05 * width);
  expect(textWidth('test accuracy (%)', { fontSize: 12 })).toBeGreaterThan(width);
});

it('knows narrow letters from wide ones, which four fifths of the size for each do not', () => {
  expect(textWidth('iiiiiiii', { fontSize: 12 })).toBeLessThan(textWidth('mmmm', { fontSize: 12 }));
});

it('of letters that HTML writes otherwise it is that of the letters', () => {
  const [plain, escaped] = ['a b', 'a & b'].map((text) => textWidth(text, { fontSize: 12 })) as [number, number];
  expect(escaped - plain).toBeGreaterThan(8);
  expect(escaped - plain).toBeLessThan(16);
});

it('nothing takes no room', () => {
  expect(textWidth('', { fontSize: 12 })).toBe(0);
});
