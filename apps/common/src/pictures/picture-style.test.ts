import { expect, it } from 'vitest';
import { paper, seriesColors } from './picture-style';

/** Of two colours `#rrggbb`, from 1 to 21 (WCAG 2, 1.4.3). */
function contrast(one: string, other: string): number {
  const luminance = (color: string): number => {
    const parts = [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16) / 255);
    const [r, g, b] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * (r as number) + 0.7152 * (g as number) + 0.0722 * (b as number);
  };
  const [light, dark] = [luminance(one), luminance(other)].sort((a, b) => b - a) as [number, number];
  return (light + 0.05) / (dark + 0.05);
}

it.each(seriesColors)('%s can be seen on white and on the dark page', (color) => {
  expect(contrast(color, paper.background)).toBeGreaterThanOrEqual(3);
  expect(contrast(color, '#14181d')).toBeGreaterThanOrEqual(3);
});

it('text on paper can be read', () => {
  expect(contrast(paper.color, paper.background)).toBeGreaterThanOrEqual(7);
});
