import { writeFile } from 'node:fs/promises';
import { Resvg } from '@resvg/resvg-js';
import { parse, View } from 'vega';
import { compile, type TopLevelSpec } from 'vega-lite';

/** Points of a curve; `x` is the argument of the sine. */
export interface Curves {
  readonly title: string;
  readonly x: readonly number[];
  readonly sine: readonly number[];
  readonly predicted: readonly number[];
}

/** Draws the predicted curve over the true one. The file's ending says how: `.svg`, or `.png` at twice the size. */
export async function drawCurve(file: string, curves: Curves): Promise<void> {
  const svg = await curveSvg(curves);
  await writeFile(
    file,
    file.endsWith('.png') ? new Resvg(svg, { fitTo: { mode: 'zoom', value: 2 } }).render().asPng() : svg,
  );
}

async function curveSvg({ title, x, sine, predicted }: Curves): Promise<string> {
  const curves = [
    { name: 'sin x', y: sine, strokeWidth: 5 },
    { name: 'predicted', y: predicted, strokeWidth: 1.5 },
  ];
  const spec: TopLevelSpec = {
    ...{ title, width: 720, height: 320, background: 'white', padding: 12 },
    layer: curves.map(({ name, y, strokeWidth }) => ({
      data: { values: x.map((at, i) => ({ x: at, y: y[i], curve: name })) },
      mark: { type: 'line', strokeWidth },
      encoding: {
        x: { field: 'x', type: 'quantitative', title: 'x (radians)', scale: { zero: false }, axis: { format: 'd' } },
        y: { field: 'y', type: 'quantitative', title: 'value' },
        color: {
          field: 'curve',
          title: null,
          scale: { domain: ['sin x', 'predicted'], range: ['#9aa5b1', '#d1495b'] },
        },
      },
    })),
  };
  return new View(parse(compile(spec).spec), { renderer: 'none' }).toSVG();
}
