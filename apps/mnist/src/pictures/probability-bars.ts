import { type PictureSpec, renderPicture, seriesColors } from 'app-common/pictures';
import { digitImage } from './digit-image';

export interface ProbabilityBars {
  readonly title: string;
  /** `[28 * 28]`, row by row, from 0 for the paper to 1 for the ink. */
  readonly pixels: ArrayLike<number>;
  /** Of each digit from 0 on, shares of 1. */
  readonly probabilities: ArrayLike<number>;
  /** Where it is known: its bar has a colour of its own, and it stands in the legend. */
  readonly truth?: number;
}

const barHeight = 24;

/** A digit beside the probabilities that a model gives to what it may be. */
export function probabilityBars({ title, pixels, probabilities, truth }: ProbabilityBars): Promise<string> {
  const values = Array.from(probabilities, (probability, digit) => ({
    ...{ digit, percent: 100 * probability, label: `${(100 * probability).toFixed(2)} %` },
    kind: digit === truth ? 'true digit' : 'another digit',
  }));
  const kinds = truth === undefined ? ['another digit'] : ['another digit', 'true digit'];
  const height = values.length * barHeight;
  const spec: PictureSpec = {
    ...{ title, spacing: 28 },
    hconcat: [
      {
        ...{ width: height, height, data: { values: [{ image: digitImage(pixels) }] } },
        mark: { type: 'image', width: height, height, align: 'left', baseline: 'top', smooth: false },
        encoding: { x: { value: 0 }, y: { value: 0 }, url: { field: 'image' } },
      },
      {
        ...{ width: 320, height, data: { values } },
        encoding: {
          x: {
            field: 'percent',
            type: 'quantitative',
            title: 'probability (%)',
            scale: { domain: [0, 100] },
            axis: { tickCount: 5 },
          },
          y: { field: 'digit', type: 'ordinal', title: 'digit', axis: { labelAngle: 0, ticks: false } },
        },
        layer: [
          {
            mark: { type: 'bar' },
            encoding: {
              color: {
                field: 'kind',
                scale: { domain: kinds, range: [...seriesColors.slice(0, kinds.length)] },
                legend: truth === undefined ? null : { title: null, orient: 'top', direction: 'horizontal' },
              },
            },
          },
          { mark: { type: 'text', align: 'left', baseline: 'middle', dx: 5 }, encoding: { text: { field: 'label' } } },
        ],
      },
    ],
  };
  const words = values.map(({ digit, label }) => `${digit}: ${label}`);
  return renderPicture(spec, [title, ...(truth === undefined ? [] : [`it is a ${truth}`]), ...words].join('. '));
}
