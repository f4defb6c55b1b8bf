import { renderPicture, seriesColors } from 'app-common/pictures';

export interface SineCurves {
  readonly title: string;
  /** Arguments of the sine, in radians. */
  readonly x: readonly number[];
  /** The true value at each. */
  readonly sine: readonly number[];
  /** The predicted values at the last of them: at all, or, of a forecast, at those after which the sine was read no more. */
  readonly predicted: readonly number[];
}

const width = 640;
const [truth, prediction] = [seriesColors[7], seriesColors[1]];

/** The predicted curve over the true one, and below it how far off it is. A line marks where a forecast begins. */
export function sineCurves({ title, x, sine, predicted }: SineCurves): Promise<string> {
  const read = x.length - predicted.length;
  const values = x.map((at, i) => {
    const [real, value = Number.NaN] = [sine[i] as number, predicted[i - read]];
    return { x: at, sine: real, ...(Number.isFinite(value) && { predicted: value, difference: value - real }) };
  });
  const begins = read === 0 ? [] : [{ x: x[read], label: 'forecast from here on' }];

  const radians = {
    field: 'x',
    type: 'quantitative',
    scale: { zero: false, nice: false },
    axis: { tickCount: 10 },
  } as const;
  const curve = (field: string, name: string, strokeWidth: number) => ({
    mark: { type: 'line' as const, strokeWidth },
    encoding: {
      x: { ...radians, title: null },
      y: { field, type: 'quantitative' as const, title: 'value' },
      color: {
        datum: name,
        scale: { domain: ['sin x', 'predicted'], range: [truth, prediction] },
        legend: { title: null, orient: 'top' as const, direction: 'horizontal' as const, symbolSize: 400 },
      },
    },
  });
  const beginning = { data: { values: begins }, encoding: { x: { ...radians, title: null } } };
  return renderPicture(
    {
      ...{ title, spacing: 12, data: { values } },
      vconcat: [
        {
          ...{ width, height: 260 },
          layer: [
            curve('sine', 'sin x', 5),
            curve('predicted', 'predicted', 1.8),
            { ...beginning, mark: { type: 'rule', strokeDash: [4, 3] } },
            {
              ...{ ...beginning, mark: { type: 'text', align: 'left', baseline: 'bottom', dx: 4, dy: -5 } },
              encoding: { ...beginning.encoding, y: { value: 0 }, text: { field: 'label' } },
            },
          ],
        },
        {
          ...{ width, height: 90 },
          mark: { type: 'line', strokeWidth: 1.5, color: prediction },
          encoding: {
            x: { ...radians, title: 'x (radians)' },
            y: { field: 'difference', type: 'quantitative', title: 'difference', axis: { tickCount: 4 } },
          },
        },
      ],
    },
    `${title}. ${inWords(values)}`,
  );
}

function inWords(values: readonly { readonly difference?: number }[]): string {
  const off = values.reduce((most, { difference = 0 }) => Math.max(most, Math.abs(difference)), 0);
  return `The predicted curve over the sine; they are ${off.toPrecision(2)} apart at most`;
}
