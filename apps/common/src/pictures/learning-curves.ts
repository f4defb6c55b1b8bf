import { extent } from './extent';
import { isLogarithmic, logarithmicTicks } from './logarithmic';
import { seriesColors } from './picture-style';
import { type Panel, renderPicture } from './render-picture';

/** One line of a picture. */
export interface Curve {
  /** In the legend; curves of one name have one colour. */
  readonly name: string;
  readonly points: readonly { readonly step: number; readonly value: number }[];
}

export interface LearningCurves {
  readonly title: string;
  /**
   * At each report: of one run `training`, `validation` and so on, or of many runs one each, under its name. From the ninth name on, the eight
   * colours come again with dashed lines, so that eight static runs before their dynamic twins look like twins.
   */
  readonly loss: readonly Curve[];
  /** Shares of 1, where they were measured. Default: none, and the picture is of the loss alone. */
  readonly accuracy?: readonly Curve[];
}

/** More names than these stand beside the picture, a line each. */
const mostNamesAbove = 4;
/** Where there is room for it, curves of so few points have a dot at each. */
const fewPoints = 30;
/** Runs of such different lengths have a logarithmic axis of steps too, that the short ones can be seen. */
const lengthsApart = 4;

/**
 * Loss, and below it accuracy, over steps; the loss on a logarithmic axis where it falls tenfold. A value that is not finite, as of a run that
 * diverged, leaves a gap.
 */
export function learningCurves({ title, loss, accuracy = [] }: LearningCurves): Promise<string> {
  const percent = accuracy.map(({ name, points }) => ({
    name,
    points: points.map(({ step, value }) => ({ step, value: 100 * value })),
  }));
  const names = [...new Set([...loss, ...accuracy].map(({ name }) => name))];
  const steps = stepsAxis(loss, accuracy);
  const losses = loss.flatMap(({ points }) => points.map(({ value }) => value));
  const lossAxis = isLogarithmic(losses) ? logAxis('loss', losses) : linearAxis('loss', losses);
  const panels = [panel(loss, names, steps, lossAxis)];
  if (percent.length > 0) {
    const shares = percent.flatMap(({ points }) => points.map(({ value }) => value));
    panels.push(panel(percent, names, steps, linearAxis('accuracy (%)', shares)));
  }
  const lines = [
    ...loss.map((curve) => inWords(curve, 'loss')),
    ...percent.map((curve) => inWords(curve, 'accuracy in %')),
  ];
  return renderPicture({ title, vconcat: panels, spacing: 20 }, [title, ...lines].join('. '));
}

interface Axis {
  readonly title: string;
  readonly scale: {
    readonly type?: 'log';
    readonly zero?: boolean;
    readonly nice?: boolean;
    readonly domain?: number[];
  };
  readonly axis?: {
    readonly tickCount?: number;
    readonly tickMinStep?: number;
    readonly values?: number[];
    readonly format?: string;
  };
}

const logAxis = (what: string, values: readonly number[]): Axis => ({
  title: `${what} (log scale)`,
  scale: { type: 'log', nice: false },
  axis: { values: logarithmicTicks(values), format: ',~g' },
});

function linearAxis(title: string, values: readonly number[]): Axis {
  const [least, most] = extent(values);
  // A single value has an axis around it.
  const room = Math.abs(least) / 10 || 1;
  return { title, scale: least === most ? { domain: [least - room, most + room] } : { zero: false } };
}

/** One for both panels: what was measured late or seldom stands where it belongs. */
function stepsAxis(loss: readonly Curve[], accuracy: readonly Curve[]): Axis {
  const steps = [...loss, ...accuracy].flatMap(({ points }) => points.map(({ step }) => step));
  const [first, last] = extent(steps);
  const lengths = extent(loss.flatMap(({ points }) => points.at(-1)?.step ?? []));
  if (first > 0 && lengths[1] >= lengthsApart * lengths[0]) {
    const axis = logAxis('step', steps);
    return { ...axis, scale: { ...axis.scale, domain: [first, last] } };
  }
  return {
    title: 'step',
    scale: { domain: [0, Math.max(1, last)], nice: false },
    axis: { tickCount: 8, tickMinStep: 1 },
  };
}

function panel(curves: readonly Curve[], names: string[], x: Axis, y: Axis): Panel {
  const hasRoom = names.length <= mostNamesAbove;
  const values = curves.flatMap(({ name, points }) =>
    points.map(({ step, value }) => ({
      ...{ name, step, value: Number.isFinite(value) ? value : null },
      isDot: points.length === 1 || (hasRoom && points.length <= fewPoints),
    })),
  );
  const symbols = { title: null, symbolType: 'stroke', symbolSize: 400 } as const;
  const legend = hasRoom ? ({ ...symbols, orient: 'top', direction: 'horizontal' } as const) : symbols;
  const range = names.map((_, i) => seriesColors[i % seriesColors.length] as string);
  const dashes = names.map((_, i) => (i < seriesColors.length ? [1, 0] : [5, 3]));
  return {
    ...{ width: 600, height: 220, data: { values } },
    encoding: {
      x: { field: 'step', type: 'quantitative', ...x },
      y: { field: 'value', type: 'quantitative', ...y },
      color: { field: 'name', scale: { domain: names, range }, legend },
      strokeDash: { field: 'name', scale: { domain: names, range: dashes }, legend },
    },
    layer: [
      { mark: { type: 'line', strokeWidth: 1.8 } },
      {
        transform: [{ filter: 'datum.isDot' }],
        mark: { type: 'point', filled: true, size: 28, opacity: 1, strokeWidth: 0 },
      },
    ],
  };
}

function inWords({ name, points }: Curve, what: string): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return `${name}: no ${what} was measured`;
  const at = ({ step, value }: Curve['points'][number]) =>
    `${value.toPrecision(3)} at step ${step.toLocaleString('en')}`;
  return first === last ? `${name}: ${what} ${at(first)}` : `${name}: ${what} from ${at(first)} to ${at(last)}`;
}
