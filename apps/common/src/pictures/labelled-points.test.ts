import { expect, it } from 'vitest';
import { parseSvg, readChart, type SvgElement } from '../testing';
import { type LabelledPoint, labelledPoints } from './labelled-points';

const titles = { title: 'accuracy against seconds', x: 'training (s)', y: 'test accuracy (%)' };
/** Static and dynamic twins, so near to each other that names at the points would be one over another. */
const twins: LabelledPoint[] = Array.from({ length: 16 }, (_, k) => ({
  name: `workload-${k}`,
  kind: k % 2 === 0 ? 'static' : 'dynamic',
  x: 12 + 5 * Math.floor(k / 2) + 0.5 * (k % 2),
  y: 88 + ((Math.floor(k / 2) * 7) % 10) / 3 + 0.06 * (k % 2),
}));

const pointsOf = (svg: string) =>
  parseSvg(svg).filter(({ tag, within }) => tag === 'path' && within.at(-1)?.includes('mark-symbol role-mark'));
const namesOf = (svg: string) =>
  parseSvg(svg).filter(({ tag, within }) => tag === 'text' && within.at(-1)?.includes('mark-text role-mark'));

it('each point stands where the axes say, in the colour and the shape of its kind', async () => {
  const svg = await labelledPoints({ ...titles, points: twins });
  const { read } = readChart(svg);
  const drawn = pointsOf(svg);
  expect(drawn).toHaveLength(16);
  const looks = new Map<string, Set<string>>([
    ['static', new Set()],
    ['dynamic', new Set()],
  ]);
  for (const { x, y, kind } of twins) {
    const found = drawn.filter((point) => {
      const [drawnX, drawnY] = read(point.x, point.y);
      return Math.abs(drawnX - x) < 0.2 && Math.abs(drawnY - y) < 0.025;
    });
    expect(found).toHaveLength(1);
    looks.get(kind)?.add(`${found[0]?.attributes.stroke} ${found[0]?.attributes.d}`);
  }
  const [[listed], [dynamic]] = [...looks.values()].map((seen) => [...seen].map((look) => look.split(' '))) as [
    string[][],
    string[][],
  ];
  expect([...looks.values()].map(({ size }) => size)).toEqual([1, 1]);
  expect(listed?.[0]).not.toBe(dynamic?.[0]);
  expect(listed?.[1]).not.toBe(dynamic?.[1]);
  const texts = parseSvg(svg).map(({ text }) => text);
  for (const text of [titles.title, titles.x, titles.y, 'static', 'dynamic']) expect(texts).toContain(text);
});

it.each([
  ['twins', twins],
  ['points that are all the same', twins.map((point) => ({ ...point, x: 20, y: 95 }))],
  ['more than the usual height has room for', [...twins, ...twins].map((point, k) => ({ ...point, name: `w-${k}` }))],
])('of %s no name is over another or beyond the plot, and the order is that of the points', async (_, points) => {
  const svg = await labelledPoints({ ...titles, points });
  const names = namesOf(svg);
  expect(names.map(({ text }) => text)).toEqual(points.map(({ name }) => name));
  const heights = names.map(({ y }) => y).sort((a, b) => a - b);
  for (const [k, y] of heights.slice(1).entries()) expect(y - (heights[k] as number)).toBeGreaterThanOrEqual(16.9);
  const ordered = [...names].sort((a, b) => a.y - b.y).map(({ text }) => points.find(({ name }) => name === text)?.y);
  expect(ordered).toEqual(points.map(({ y }) => y).sort((a, b) => b - a));
  const height = Number(parseSvg(svg)[0]?.attributes.height);
  expect(heights[0]).toBeGreaterThan(0);
  expect(heights.at(-1)).toBeLessThan(height - 12);
});

it('a name far from the others stands beside its point, and a line leads from the one to the other', async () => {
  const points = [
    { name: 'high', kind: 'static', x: 10, y: 99 },
    { name: 'low', kind: 'dynamic', x: 20, y: 90 },
  ];
  const svg = await labelledPoints({ ...titles, points });
  const downward = (elements: readonly SvgElement[]) => [...elements].sort((a, b) => a.y - b.y);
  const [drawn, names] = [downward(pointsOf(svg)), downward(namesOf(svg))];
  const rules = parseSvg(svg).filter(
    ({ tag, within }) => tag === 'line' && within.at(-1)?.includes('mark-rule role-mark'),
  );
  const lines = downward(rules);
  expect(names.map(({ text }) => text)).toEqual(['high', 'low']);
  for (const k of [0, 1]) {
    // The origin of a text is its foot.
    expect(Math.abs((names[k]?.y as number) - (drawn[k]?.y as number) - 4)).toBeLessThan(1);
    expect(lines[k]?.x).toBeCloseTo(drawn[k]?.x as number, 3);
    expect(lines[k]?.y).toBeCloseTo(drawn[k]?.y as number, 3);
    const end = (lines[k]?.x as number) + Number(lines[k]?.attributes.x2);
    expect((names[k]?.x as number) - end).toBeCloseTo(6, 3);
  }
});

it('values that span a factor of ten have a logarithmic axis, which says so', async () => {
  const points = [2e-2, 5.6e-4, 3e-5].map((y, k) => ({ name: `n${k}`, kind: 'dynamic', x: 10 + k, y }));
  const svg = await labelledPoints({ title: 'sine', x: 'training (s)', y: 'test error', points });
  const { read, elements } = readChart(svg, { logY: true });
  for (const [k, { x, y }] of pointsOf(svg).entries()) {
    expect(read(x, y)[1] / (points[k]?.y as number)).toBeCloseTo(1, 1);
  }
  expect(elements.map(({ text }) => text)).toContain('test error, log scale');
});

it('says every value in words', async () => {
  const svg = await labelledPoints({ ...titles, points: [{ name: 'a', kind: 'static', x: 9.5, y: 97.25 }] });
  expect(parseSvg(svg)[0]?.attributes['aria-label']).toBe(
    'accuracy against seconds. test accuracy (%) against training (s). a (static): 97.25 at 9.500',
  );
});
