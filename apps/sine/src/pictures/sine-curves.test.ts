import { parseSvg, readChart } from 'app-common/testing';
import { expect, it } from 'vitest';
import { sineCurves } from './sine-curves';

const x = Array.from({ length: 300 }, (_, i) => 100 + i / 30);
const sine = x.map(Math.sin);

/** What is drawn is what was handed in, to a pixel. */
function expectCurve(
  drawn: readonly (readonly [number, number])[] | undefined,
  at: readonly number[],
  values: readonly number[],
  pixel: number,
): void {
  expect(drawn).toHaveLength(at.length);
  for (const [i, [drawnX, drawnY]] of (drawn ?? []).entries()) {
    expect(Math.abs(drawnX - (at[i] as number))).toBeLessThan(0.04);
    expect(Math.abs(drawnY - (values[i] as number))).toBeLessThan(pixel);
  }
}

it('the sine, the prediction over it and their difference below can be read off the axes', async () => {
  const predicted = x.map((at) => 0.9 * Math.sin(at - 0.05));
  const svg = await sineCurves({ title: 'two-layer: a curve', x, sine, predicted });
  const [curves, below] = [readChart(svg, { chart: 0 }), readChart(svg, { chart: 1 })];
  expect(curves.lines).toHaveLength(2);
  expectCurve(curves.lines[0], x, sine, 0.02);
  expectCurve(curves.lines[1], x, predicted, 0.02);
  expectCurve(
    below.lines[0],
    x,
    predicted.map((value, i) => value - (sine[i] as number)),
    0.005,
  );
  for (const { xLabels } of [curves, below]) expect(xLabels.slice(0, 3)).toEqual(['100', '101', '102']);
  const texts = parseSvg(svg).map(({ text }) => text);
  const words = ['two-layer: a curve', 'sin x', 'predicted', 'value', 'difference', 'x (radians)'];
  expect(texts).toEqual(expect.arrayContaining(words));
  expect(texts).not.toContain('forecast from here on');
  const apart = Math.max(...predicted.map((value, i) => Math.abs(value - (sine[i] as number))));
  expect(parseSvg(svg)[0]?.attributes['aria-label']).toContain(`they are ${apart.toPrecision(2)} apart at most`);
});

it('a forecast begins where the sine was last read, at a line that says so', async () => {
  const predicted = x.slice(100).map((at, i) => Math.sin(at) * (1 - i / 400));
  const svg = await sineCurves({ title: 'forecast', x, sine, predicted });
  const { lines, read, elements } = readChart(svg, { chart: 0 });
  expectCurve(lines[0], x, sine, 0.02);
  expectCurve(lines[1], x.slice(100), predicted, 0.02);
  const rules = elements.filter(({ tag, within }) => tag === 'line' && within.at(-1)?.includes('mark-rule role-mark'));
  expect(rules).toHaveLength(1);
  expect(Math.abs(read(rules[0]?.x as number, 0)[0] - (x[100] as number))).toBeLessThan(0.04);
  expect(elements.map(({ text }) => text)).toContain('forecast from here on');
});

it('a forecast that came to no number ends there', async () => {
  const predicted = x.map((at, i) => (i < 200 ? Math.sin(at) : Number.NaN));
  const svg = await sineCurves({ title: 'diverged', x, sine, predicted });
  expect(/NaN/.test(svg)).toBe(false);
  expect(readChart(svg, { chart: 0 }).lines[1]).toHaveLength(200);
});
