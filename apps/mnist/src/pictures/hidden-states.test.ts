import { type Pixels, parseSvg, pngPixels, readChart } from 'app-common/testing';
import { expect, it } from 'vitest';
import { hiddenStates } from './hidden-states';

const pixels = Float32Array.from({ length: 784 }, (_, i) => (i % 29 === 0 ? 1 : 0));
/** Another value for each unit at each step. */
const states = (units: number, most: number) =>
  Array.from({ length: 28 }, (_, t) =>
    Float32Array.from({ length: units }, (_, u) => most * Math.sin(1 + t * 0.3 + u * u)),
  );

const imagesOf = (svg: string) =>
  parseSvg(svg)
    .filter(({ tag }) => tag === 'image')
    .map(({ attributes, x, y }) => {
      const png = Buffer.from((attributes['xlink:href'] as string).split(',')[1] as string, 'base64');
      return { x, y, width: Number(attributes.width), height: Number(attributes.height), ...{ shows: pngPixels(png) } };
    });

it('each unit at each step has the colour of its value, blue below 0 and red above, none at 0', async () => {
  const all = states(40, 0.9);
  (all[3] as Float32Array)[7] = 0;
  const { shows } = imagesOf(
    await hiddenStates({ title: 'a 7', pixels, states: all, rowsPerStep: 1 }),
  )[1] as ReturnType<typeof imagesOf>[number];
  expect([shows.width, shows.height]).toEqual([40, 28]);
  for (const [t, row] of all.entries()) {
    const colors = shows.colors[t] as Pixels['colors'][number];
    for (const [u, value] of row.entries()) {
      const [red, green, blue] = colors[u] as readonly [number, number, number];
      // Of -1 [33, 102, 172], of 0 [247, 247, 247], of 1 [178, 24, 43].
      expect(Math.abs(green - (247 - Math.abs(value) * (value < 0 ? 145 : 223)))).toBeLessThanOrEqual(1);
      if (value < -0.2) expect(blue).toBeGreaterThan(red);
      if (value > 0.2) expect(red).toBeGreaterThan(blue);
    }
  }
  expect(shows.colors[3]?.[7]).toEqual([247, 247, 247]);
});

it('the rows of the digit are those of the map: both images have the same top and height, and both axes the same steps', async () => {
  const svg = await hiddenStates({ title: 'a 7', pixels, states: states(128, 0.9), rowsPerStep: 1 });
  const [digit, map] = imagesOf(svg) as [ReturnType<typeof imagesOf>[number], ReturnType<typeof imagesOf>[number]];
  expect(map.y).toBe(digit.y);
  expect(map.height).toBe(digit.height);
  expect(map.x).toBeGreaterThan(digit.x + digit.width);
  expect(digit.shows.colors.flat().map(([red]) => (255 - red) / 255)).toEqual(Array.from(pixels));
  const [left, right] = [readChart(svg, { chart: 0 }), readChart(svg, { chart: 1 })];
  for (const chart of [left, right]) expect(chart.yLabels).toEqual(['1', '7', '14', '21', '28']);
  expect(left.xLabels).toEqual(['1', '7', '14', '21', '28']);
  expect(right.xLabels).toEqual(['1', '32', '64', '96', '128']);
  // The middle of the first row is at step 1, that of the last column at the last unit.
  expect(Math.abs(left.read(digit.x, digit.y + digit.height / 56)[1] - 1)).toBeLessThan(0.1);
  expect(Math.abs(right.read(map.x + map.width * (1 - 1 / 256), map.y)[0] - 128)).toBeLessThan(0.3);
});

it('the legend reaches from -1 to 1, or as far as values beyond do', async () => {
  const legend = async (most: number) => {
    const svg = await hiddenStates({ title: 'a 7', pixels, states: states(16, most), rowsPerStep: 1 });
    return parseSvg(svg)
      .filter(({ within }) => within.at(-1)?.includes('role-legend-label'))
      .map(({ text }) => text);
  };
  expect((await legend(0.5)).at(0)).toBe('−1');
  expect((await legend(0.5)).at(-1)).toBe('1');
  const far = (await legend(4)).map((text) => Number(text.replace('−', '-')));
  expect(Math.max(...far)).toBeGreaterThan(3);
  expect(Math.max(...far)).toBeLessThanOrEqual(4);
});

it('says of how many rows a time step is', async () => {
  const wordsOf = async (rowsPerStep: number) => {
    const svg = await hiddenStates({ title: 'a 7', pixels, states: states(16, 0.5), rowsPerStep });
    const [{ attributes }] = parseSvg(svg) as [ReturnType<typeof parseSvg>[number]];
    return [parseSvg(svg).map(({ text }) => text), attributes['aria-label']] as const;
  };
  const [one, inWords] = await wordsOf(1);
  expect(one).toContain('row of the digit = time step');
  expect(inWords).toContain('from -1.0 to 1.0, after each of its rows');
  const [two, twoInWords] = await wordsOf(2);
  expect(two).toContain('row of the digit, 2 a time step');
  expect(twoInWords).toContain('from -1.0 to 1.0, after each step of 2 rows');
});
