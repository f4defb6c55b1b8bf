import { parseSvg, type SvgElement } from 'app-common/testing';
import { expect, it } from 'vitest';
import { confusionMatrix } from './confusion-matrix';

/** Another count in each cell; none in some. */
const counts = Array.from({ length: 10 }, (_, truth) =>
  Array.from({ length: 10 }, (_, predicted) =>
    truth === predicted ? 900 + truth : (3 * truth + 7 * predicted) % 4 === 0 ? 0 : (truth * 10 + predicted) % 60,
  ),
);

const textsIn = (svg: string) => parseSvg(svg).filter(({ tag }) => tag === 'text');
const marks = (svg: string, kind: string): SvgElement[] =>
  parseSvg(svg).filter(({ tag, within }) => tag !== 'g' && within.at(-1)?.includes(`mark-${kind} role-mark`));

/** Red, green and blue, from 0 to 255, in a number from 0 to 1 as the eye takes it (WCAG 2). */
function luminance(color: string): number {
  const parts = color.startsWith('#')
    ? [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16))
    : (color.match(/\d+/g) as string[]).map(Number);
  const [r, g, b] = parts.map((part) =>
    part / 255 <= 0.04045 ? part / 255 / 12.92 : ((part / 255 + 0.055) / 1.055) ** 2.4,
  );
  return 0.2126 * (r as number) + 0.7152 * (g as number) + 0.0722 * (b as number);
}

it('each count stands in the row of its true digit and the column of its predicted one', async () => {
  const svg = await confusionMatrix({ title: 'a model', counts });
  const labels = textsIn(svg).filter(({ within }) => within.at(-1)?.includes('role-axis-label'));
  const columns = labels.filter(({ attributes }) => attributes['text-anchor'] === 'middle');
  const rows = labels.filter(({ attributes }) => attributes['text-anchor'] === 'end');
  expect(columns.map(({ text }) => text)).toEqual([...'0123456789']);
  expect(rows.map(({ text }) => text)).toEqual([...'0123456789']);
  const seen = Array.from({ length: 10 }, () => new Array<number>(10).fill(Number.NaN));
  for (const { text, x, y } of marks(svg, 'text')) {
    const column = columns.findIndex((label) => Math.abs(label.x - x) < 10);
    const row = rows.findIndex((label) => Math.abs(label.y - y) < 10);
    (seen[row] as number[])[column] = Number(text.replace(',', ''));
  }
  expect(seen).toEqual(counts);
  const titles = textsIn(svg).map(({ text }) => text);
  expect(titles).toEqual(expect.arrayContaining(['a model', 'true digit', 'predicted digit']));
});

it('says how many are right', async () => {
  const right = counts.reduce((sum, row, k) => sum + (row[k] as number), 0);
  const all = counts.flat().reduce((a, b) => a + b);
  const said = `${right.toLocaleString('en')} of ${all.toLocaleString('en')} images are read right (${((100 * right) / all).toFixed(2)} %)`;
  const svg = await confusionMatrix({ title: 'a model', counts });
  expect(textsIn(svg).map(({ text }) => text)).toContain(`${said}, in blue; the others in orange`);
  expect(parseSvg(svg)[0]?.attributes['aria-label']).toBe(
    `a model. ${said}. 5 is taken for 9 59 times. 5 is taken for 8 58 times. 5 is taken for 6 56 times`,
  );
});

it('a cell is the darker the more images it has, blue when they are right, orange when not, of no colour when there are none', async () => {
  const svg = await confusionMatrix({ title: 'a model', counts });
  const cells = marks(svg, 'rect').map(({ attributes }, k) => ({ fill: attributes.fill as string, k }));
  const texts = marks(svg, 'text');
  expect(cells).toHaveLength(100);
  const filled = cells.map(({ fill, k }) => ({
    fill,
    count: Number((texts[k] as SvgElement).text.replace(',', '')),
    ink: texts[k]?.attributes.fill as string,
  }));
  for (const { fill, count, ink } of filled) {
    if (count === 0) {
      expect([fill, ink]).toEqual([undefined, 'currentColor']);
      continue;
    }
    const [red, , blue] = (fill.match(/\d+/g) as string[]).map(Number) as [number, number, number];
    expect(blue > red).toBe(count >= 900);
    const [light, dark] = [luminance(fill), luminance(ink)].sort((a, b) => b - a) as [number, number];
    expect((light + 0.05) / (dark + 0.05)).toBeGreaterThanOrEqual(4);
  }
  const misread = filled.filter(({ count }) => count > 0 && count < 900).sort((a, b) => a.count - b.count);
  const lights = misread.map(({ fill }) => luminance(fill));
  expect(lights).toEqual([...lights].sort((a, b) => b - a));
  // On a logarithmic scale 8 of 59 images are half of the way.
  const [one, eight, most] = [1, 8, 59].map((n) =>
    Number(/\d+/.exec(misread.find(({ count }) => count === n)?.fill as string)?.[0]),
  );
  expect(((one as number) - (eight as number)) / ((one as number) - (most as number))).toBeCloseTo(
    Math.log(8) / Math.log(59),
    1,
  );
});

it('a model that reads everything right, and one that was tested on nothing', async () => {
  const perfect = Array.from({ length: 10 }, (_, i) => Array.from({ length: 10 }, (_, j) => (i === j ? 1 : 0)));
  const allRight = await confusionMatrix({ title: 'p', counts: perfect });
  expect(parseSvg(allRight)[0]?.attributes['aria-label']).toBe('p. 10 of 10 images are read right (100.00 %)');
  const nothing = await confusionMatrix({ title: 'n', counts: perfect.map((row) => row.map(() => 0)) });
  expect(parseSvg(nothing)[0]?.attributes['aria-label']).toBe('n. No image was tested');
  expect(/NaN/.test(nothing)).toBe(false);
});
