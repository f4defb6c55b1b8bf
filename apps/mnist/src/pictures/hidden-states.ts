import { type PictureSpec, renderPicture } from 'app-common/pictures';
import { digitImage, digitSide } from './digit-image';
import { mixColors } from './mix-colors';
import { type Color, pixelImage } from './pixel-image';

export interface HiddenStates {
  readonly title: string;
  /** `[28 * 28]`, row by row, from 0 for the paper to 1 for the ink. */
  readonly pixels: ArrayLike<number>;
  /** `[28][H]`: the state after the time step that each row of the digit is part of. */
  readonly states: readonly ArrayLike<number>[];
  /** Rows of the digit that are one time step. */
  readonly rowsPerStep: number;
}

/** Of the least value, of 0 and of the greatest. */
const colors: readonly [Color, Color, Color] = [
  [33, 102, 172],
  [247, 247, 247],
  [178, 24, 43],
];
/** Pixels: of a row of the digit, in both panels. */
const rowHeight = 10;
const mapWidth = 384;

/**
 * What the units of a layer hold after each time step, beside the digit: a line of the map is the state after the step that took the row at its left. The colours
 * reach from -1 to 1, or as far as the values do where they go beyond, as those of an LSTM's `c`.
 */
export function hiddenStates({ title, pixels, states, rowsPerStep }: HiddenStates): Promise<string> {
  const units = states[0]?.length ?? 0;
  const reach = states.reduce((most, state) => Array.from(state).reduce((a, b) => Math.max(a, Math.abs(b)), most), 1);
  const [least, none, greatest] = colors;
  const map = states.map((state) =>
    Array.from(state, (value) => mixColors(none, value < 0 ? least : greatest, Math.abs(value) / reach)),
  );
  const rows = rowsPerStep === 1 ? 'row of the digit = time step' : `row of the digit, ${rowsPerStep} a time step`;
  const after = rowsPerStep === 1 ? 'each of its rows' : `each step of ${rowsPerStep} rows`;
  const digit = panel({
    x: 'column',
    y: rows,
    columns: digitSide,
    width: digitSide * rowHeight,
    image: digitImage(pixels),
  });
  const memory = panel({ x: 'unit', y: null, columns: units, width: mapWidth, image: pixelImage(map) });
  const legend: Layer = {
    data: { values: [{ value: 0 }] },
    mark: { type: 'point', opacity: 0 },
    encoding: {
      color: {
        ...{ field: 'value', type: 'quantitative' },
        scale: { domain: [-reach, 0, reach], range: colors.map((color) => `rgb(${color})`), interpolate: 'rgb' },
        legend: { title: 'state', gradientLength: 160, gradientOpacity: 1, format: '~g' },
      },
    },
  };
  const spec: PictureSpec = { title, spacing: 24, hconcat: [digit, { ...memory, layer: [...memory.layer, legend] }] };
  return renderPicture(
    spec,
    `${title}. On the left the digit, on the right the ${units} units' values, from -${reach.toPrecision(2)} to ${reach.toPrecision(2)}, after ${after}`,
  );
}

type LayeredPanel = Extract<PictureSpec, { layer: unknown }>;
type Layer = LayeredPanel['layer'][number];

interface ImagePanel {
  /** Titles of the axes, which count columns and rows. */
  readonly x: string;
  readonly y: string | null;
  readonly columns: number;
  readonly width: number;
  readonly image: string;
}

function panel({ x, y, columns, width, image }: ImagePanel): LayeredPanel {
  const height = digitSide * rowHeight;
  const axis = (title: string | null, count: number) => ({
    title,
    scale: { domain: [0.5, count + 0.5], nice: false },
    axis: { values: [1, ...[1, 2, 3, 4].map((k) => Math.round((k * count) / 4))], grid: false, domain: false },
  });
  const down = axis(y, digitSide);
  return {
    ...{ width, height },
    layer: [
      {
        data: { values: [{ corner: 0.5, image }] },
        mark: { type: 'image', width, height, align: 'left', baseline: 'top', aspect: false, smooth: false },
        encoding: {
          x: { field: 'corner', type: 'quantitative', ...axis(x, columns) },
          y: { field: 'corner', type: 'quantitative', ...down, scale: { ...down.scale, reverse: true } },
          url: { field: 'image' },
        },
      },
      {
        data: { values: [{}] },
        mark: { type: 'rect', filled: false, stroke: 'currentColor', strokeOpacity: 0.4 },
        encoding: { x: { value: 0 }, y: { value: 0 }, x2: { value: width }, y2: { value: height } },
      },
    ],
  };
}
