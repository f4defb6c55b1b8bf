import { parseSvg, type SvgElement } from './parse-svg';

/** A chart of a picture, as one reads it with a ruler: by the labels of its axes. */
export interface Chart {
  readonly elements: readonly SvgElement[];
  /** Of the labels at the axes. */
  readonly xLabels: readonly string[];
  readonly yLabels: readonly string[];
  /** The values at a place of the picture. */
  readonly read: (x: number, y: number) => readonly [x: number, y: number];
  /** The values along each line, the first drawn first. */
  readonly lines: readonly (readonly (readonly [x: number, y: number])[])[];
}

interface ReadOptions {
  /** Of several charts in a picture, which; the first is 0. */
  readonly chart?: number;
  readonly logX?: boolean;
  readonly logY?: boolean;
}

/** For tests: reads a chart with quantitative axes. Throws where the labels of an axis are not evenly on its scale. */
export function readChart(svg: string, { chart, logX = false, logY = false }: ReadOptions = {}): Chart {
  const elements = parseSvg(svg).filter(
    ({ within }) => chart === undefined || within.some((group) => group.endsWith(`concat_${chart}_group`)),
  );
  const labels = elements.filter(({ tag, within }) => tag === 'text' && within.at(-1)?.includes('role-axis-label'));
  const xLabels = labels.filter(({ attributes }) => attributes['text-anchor'] === 'middle');
  const yLabels = labels.filter(({ attributes }) => attributes['text-anchor'] === 'end');
  const readX = ruler(
    xLabels.map(({ text, x }) => [text, x]),
    logX,
  );
  // A label's origin is its foot, some pixels below its tick.
  const ticks = elements.filter(({ tag, within }) => tag === 'line' && within.at(-1)?.includes('role-axis-tick'));
  const heights = ticks.filter(({ attributes }) => Number(attributes.x2) < 0).map(({ y }) => y);
  if (heights.length !== yLabels.length) throw new Error('readChart: some ticks have no label');
  const readY = ruler(
    yLabels.map(({ text }, i) => [text, heights[i] as number]),
    logY,
  );
  const read: Chart['read'] = (x, y) => [readX(x), readY(y)];
  const paths = elements.filter(({ tag, within }) => tag === 'path' && within.at(-1)?.includes('mark-line'));
  return {
    ...{ elements, xLabels: xLabels.map(({ text }) => text), yLabels: yLabels.map(({ text }) => text), read },
    lines: paths.map(({ attributes, x, y }) =>
      Array.from((attributes.d ?? '').matchAll(/[ML]([^,]+),([^ML]+)/g), ([, dx, dy]) =>
        read(x + Number(dx), y + Number(dy)),
      ),
    ),
  };
}

/** From pixels to values, by the first and the last label; the others must agree within a pixel. */
function ruler(labels: readonly (readonly [text: string, at: number])[], isLog: boolean): (at: number) => number {
  const [forth, back] = isLog ? [Math.log10, (t: number) => 10 ** t] : [Number, Number];
  const marks = labels.map(([text, at]) => [forth(Number(text.replace(/,/g, '').replace('−', '-'))), at] as const);
  const [[v0, p0], [v1, p1]] = [marks[0], marks.at(-1)] as [readonly [number, number], readonly [number, number]];
  const place = (value: number): number => p0 + ((value - v0) / (v1 - v0)) * (p1 - p0);
  for (const [value, at] of marks) {
    if (!(Math.abs(place(value) - at) <= 1)) throw new Error(`readChart: the label ${back(value)} is out of its place`);
  }
  return (at) => back(v0 + ((at - p0) / (p1 - p0)) * (v1 - v0));
}
