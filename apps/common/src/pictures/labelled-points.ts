import { isLogarithmic, logarithmicTicks } from './logarithmic';
import { seriesColors } from './picture-style';
import { type PictureSpec, renderPicture } from './render-picture';

export interface LabelledPoint {
  /** Beside the picture, at the end of a line from the point. */
  readonly name: string;
  /** In the legend, with a colour and a shape of its own: `static`, `dynamic`. */
  readonly kind: string;
  readonly x: number;
  readonly y: number;
}

export interface LabelledPoints {
  readonly title: string;
  /** What the axes are, with their units. */
  readonly x: string;
  readonly y: string;
  readonly points: readonly LabelledPoint[];
}

/** Of the plot, in pixels. */
const width = 460;
const leastHeight = 340;
const lineOfText = 17;
const gapToNames = 26;
/** On each side, as a share of what the values span. */
const margin = 0.06;

const shapes = [
  'circle',
  'triangle-up',
  'square',
  'diamond',
  'cross',
  'triangle-down',
  'triangle-left',
  'triangle-right',
];

/**
 * One measure of runs against another, as accuracy against seconds: a point each, its name in a column beside the plot, where no name is over
 * another. An axis whose values span a factor of ten is logarithmic.
 */
export function labelledPoints({ title, points, ...titles }: LabelledPoints): Promise<string> {
  const height = Math.max(leastHeight, points.length * lineOfText);
  const x = axisOf(
    titles.x,
    points.map((point) => point.x),
  );
  const y = axisOf(
    titles.y,
    points.map((point) => point.y),
  );
  const heights = apart(
    points.map((point) => height * y.share(point.y)),
    height,
  );
  const values = points.map((point, i) => ({ ...point, labelY: y.value((heights[i] as number) / height) }));

  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const legend = { title: null, orient: 'top', direction: 'horizontal', symbolSize: 90, symbolOpacity: 1 } as const;
  const range = kinds.map((_, i) => seriesColors[i % seriesColors.length] as string);
  const color = { field: 'kind', scale: { domain: kinds, range }, legend };
  const shape = { field: 'kind', scale: { domain: kinds, range: shapes }, legend };
  const label = { field: 'labelY', type: 'quantitative' } as const;
  const spec: PictureSpec = {
    ...{ title, width, height, data: { values } },
    encoding: { y: { field: 'y', type: 'quantitative', ...y.encoding } },
    layer: [
      {
        mark: { type: 'rule', opacity: 0.4 },
        encoding: {
          x: { field: 'x', type: 'quantitative', ...x.encoding },
          ...{ x2: { value: width + gapToNames - 6 }, y2: label, color },
        },
      },
      {
        // Not filled, so that of two in one place both are seen.
        mark: { type: 'point', size: 90, opacity: 1, strokeWidth: 2 },
        encoding: { x: { field: 'x', type: 'quantitative', ...x.encoding }, color, shape },
      },
      {
        mark: { type: 'text', align: 'left', baseline: 'middle' },
        encoding: { x: { value: width + gapToNames }, y: label, text: { field: 'name' } },
      },
    ],
  };
  const inWords = points.map(
    (point) => `${point.name} (${point.kind}): ${point.y.toPrecision(4)} at ${point.x.toPrecision(4)}`,
  );
  return renderPicture(spec, `${title}. ${titles.y} against ${titles.x}. ${inWords.join('. ')}`);
}

function axisOf(what: string, values: readonly number[]) {
  const isLog = isLogarithmic(values);
  const [forth, back] = isLog ? [Math.log10, (t: number) => 10 ** t] : [Number, Number];
  const [least, most] = [Math.min(...values), Math.max(...values)].map(forth) as [number, number];
  // Values that are all the same have an axis around them.
  const room = margin * (most - least || Math.abs(most) || 1);
  const [from, to] = [least - room, most + room];
  const domain = [back(from), back(to)];
  return {
    encoding: {
      title: isLog ? `${what}, log scale` : what,
      scale: { domain, nice: false, type: isLog ? ('log' as const) : ('linear' as const) },
      axis: isLog ? { values: logarithmicTicks(domain), format: ',~g' } : { tickCount: 6 },
    },
    /** Of the axis' length, from its end to this value. */
    share: (value: number) => (to - forth(value)) / (to - from),
    /** At this share of the axis' length. */
    value: (share: number) => back(to - share * (to - from)),
  };
}

/** Places of lines of text, each as near to its wish as can be when none is over another and all are within the height; the order stays. */
function apart(wishes: readonly number[], height: number): number[] {
  const order = wishes.map((_, i) => i).sort((a, b) => (wishes[a] as number) - (wishes[b] as number));
  // Neighbours that would touch become a block around the middle of their wishes, and blocks that would touch one block.
  const blocks: { members: number[]; middle: number }[] = [];
  for (const i of order) {
    let block = placed([i]);
    for (let above = blocks.at(-1); above !== undefined && touch(above, block); above = blocks.at(-1)) {
      blocks.pop();
      block = placed([...above.members, ...block.members]);
    }
    blocks.push(block);
  }
  const places = new Array<number>(wishes.length);
  for (const { members, middle } of blocks) {
    for (const [k, i] of members.entries()) places[i] = middle + (k - (members.length - 1) / 2) * lineOfText;
  }
  return places;

  function placed(members: number[]) {
    const mean = members.reduce((sum, i) => sum + (wishes[i] as number), 0) / members.length;
    const half = (members.length * lineOfText) / 2;
    return { members, middle: Math.min(Math.max(mean, half), height - half) };
  }
  function touch(above: (typeof blocks)[number], below: (typeof blocks)[number]): boolean {
    return below.middle - above.middle < ((above.members.length + below.members.length) / 2) * lineOfText;
  }
}
