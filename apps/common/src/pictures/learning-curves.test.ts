import { expect, it } from 'vitest';
import { parseSvg, readChart } from '../testing';
import { learningCurves } from './learning-curves';

/** Falls from about 2 to about 2 / 3 ** (n / 10), with a ripple, so that no two points are alike. */
const falling = (n: number, every: number) =>
  Array.from({ length: n }, (_, i) => ({
    step: (i + 1) * every,
    value: 2 * 3 ** (-i / 10) * (1 + 0.1 * Math.sin(3 * i)),
  }));

/** What is drawn is what was measured, to a pixel of the axes. */
function expectPoints(
  drawn: readonly (readonly [number, number])[] | undefined,
  points: readonly { readonly step: number; readonly value: number }[],
): void {
  expect(drawn).toHaveLength(points.length);
  const seen = drawn ?? [];
  const steps = points.at(-1)?.step as number;
  for (const [i, { step, value }] of points.entries()) {
    const [x, y] = seen[i] as readonly [number, number];
    expect(Math.abs(x - step) / steps).toBeLessThan(3e-3);
    expect(Math.abs(y - value) / value).toBeLessThan(0.03);
  }
}

it('the curves can be read off the axes: loss above, accuracy in percent below, over one axis of steps', async () => {
  const loss = falling(12, 10);
  const validation = [
    { step: 60, value: 0.71 },
    { step: 120, value: 0.93 },
  ];
  const training = loss.map(({ step, value }) => ({ step, value: 1 - value / 3 }));
  const svg = await learningCurves({
    title: 'a run',
    loss: [{ name: 'training', points: loss }],
    accuracy: [
      { name: 'training', points: training },
      { name: 'validation', points: validation },
    ],
  });
  const [above, below] = [readChart(svg, { chart: 0 }), readChart(svg, { chart: 1 })];
  expectPoints(above.lines[0], loss);
  const percent = [training, validation].map((points) =>
    points.map(({ step, value }) => ({ step, value: 100 * value })),
  );
  expectPoints(below.lines[0], percent[0] as typeof loss);
  expectPoints(below.lines[1], percent[1] as typeof loss);
  expect(below.xLabels).toEqual(above.xLabels);
  const texts = parseSvg(svg).map(({ text }) => text);
  for (const text of ['a run', 'training', 'validation', 'loss', 'accuracy (%)', 'step']) expect(texts).toContain(text);
});

it('a loss that falls tenfold has a logarithmic axis, which says so', async () => {
  const points = falling(60, 50);
  const svg = await learningCurves({ title: 'long', loss: [{ name: 'training', points }] });
  const { lines, yLabels, elements } = readChart(svg, { logY: true });
  expectPoints(lines[0], points);
  expect(yLabels).toEqual(['0.005', '0.01', '0.02', '0.05', '0.1', '0.2', '0.5', '1', '2']);
  expect(elements.map(({ text }) => text)).toContain('loss (log scale)');
});

it('sixteen runs are told apart by colour and dash; those of other lengths share a logarithmic axis of steps', async () => {
  const loss = Array.from({ length: 16 }, (_, k) => ({ name: `run-${k}`, points: falling(20, k < 2 ? 400 : 50) }));
  const svg = await learningCurves({ title: 'compare', loss });
  const { lines, elements } = readChart(svg, { logX: true, logY: false });
  expect(lines).toHaveLength(16);
  for (const [k, { points }] of loss.entries()) {
    for (const [i, { step }] of points.entries()) expect((lines[k]?.[i]?.[0] as number) / step).toBeCloseTo(1, 1);
  }
  const paths = elements.filter(({ tag, within }) => tag === 'path' && within.at(-1)?.includes('mark-line'));
  const looks = paths.map(({ attributes }) => `${attributes.stroke} ${attributes['stroke-dasharray']}`);
  expect(new Set(looks).size).toBe(16);
  const legend = elements.filter(({ within }) => within.at(-1)?.includes('role-legend-label')).map(({ text }) => text);
  expect(legend).toEqual(loss.map(({ name }) => name));
});

it('a value that is not finite leaves a gap, and the others stay where they are', async () => {
  const points = falling(9, 10).map((point, i) => (i === 4 ? { ...point, value: Number.NaN } : point));
  const svg = await learningCurves({ title: 'a gap', loss: [{ name: 'training', points }] });
  expect(svg).not.toContain('NaN');
  expectPoints(
    readChart(svg).lines[0],
    points.filter((_, i) => i !== 4),
  );
  const path = readChart(svg).elements.find(({ within }) => within.at(-1)?.includes('mark-line'));
  expect(path?.attributes.d?.match(/M/g)).toHaveLength(2);
});

it('one value is a dot, and none at all is an empty picture that says so', async () => {
  const one = await learningCurves({
    title: 'short',
    loss: [{ name: 'training', points: [{ step: 3, value: 2.25 }] }],
  });
  const { elements, read, xLabels } = readChart(one);
  const dots = elements.filter(({ tag, within }) => tag === 'path' && within.at(-1)?.includes('mark-symbol role-mark'));
  expect(dots).toHaveLength(1);
  const [step, value] = read(dots[0]?.x as number, dots[0]?.y as number);
  expect(step).toBeCloseTo(3, 1);
  expect(value).toBeCloseTo(2.25, 2);
  expect(xLabels).toEqual(['0', '1', '2', '3']);
  const none = await learningCurves({ title: 'nothing', loss: [{ name: 'training', points: [] }] });
  expect(none).not.toMatch(/NaN|Infinity/);
  expect(none).toContain('aria-label="nothing. training: no loss was measured"');
});

it('says in words what is to be seen', async () => {
  const points = [
    { step: 10, value: 2.125 },
    { step: 2000, value: 0.25 },
  ];
  const svg = await learningCurves({ title: 'a <b> & "c"', loss: [{ name: 'training', points }] });
  expect(parseSvg(svg)[0]?.attributes).toMatchObject({
    role: 'img',
    'aria-label': 'a <b> & "c". training: loss from 2.13 at step 10 to 0.250 at step 2,000',
  });
});

// Less than a second on a machine that does nothing else.
it('long runs are drawn in little time', async () => {
  const loss = Array.from({ length: 4 }, (_, k) => ({ name: `run-${k}`, points: falling(2000, 1) }));
  const begin = performance.now();
  await learningCurves({ title: 'many points', loss, accuracy: loss });
  expect(performance.now() - begin).toBeLessThan(4000);
});
