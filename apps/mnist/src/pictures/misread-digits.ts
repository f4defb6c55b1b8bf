import { type PictureSpec, renderPicture } from 'app-common/pictures';
import { digitImage } from './digit-image';

export interface MisreadDigit {
  /** `[28 * 28]`, row by row, from 0 for the paper to 1 for the ink. */
  readonly pixels: ArrayLike<number>;
  readonly truth: number;
  readonly predicted: number;
  /** Of the predicted digit, as a share of 1. */
  readonly probability: number;
}

export interface MisreadDigits {
  readonly title: string;
  /** All that were misread. */
  readonly digits: readonly MisreadDigit[];
  /** How many images were tested. */
  readonly tested: number;
}

const most = 40;
const columns = 8;
/** Pixels. */
const side = 72;
const cell = { width: 88, height: 116 };

/** Test images that were misread, up to 40 of which the model was surest: the true digit, what it was taken for, and with which probability. */
export function misreadDigits({ title, digits, tested }: MisreadDigits): Promise<string> {
  const shown = [...digits].sort((a, b) => b.probability - a.probability).slice(0, most);
  const values = shown.map(({ pixels, truth, predicted, probability }, i) => ({
    ...{ x: (i % columns) * cell.width, y: Math.floor(i / columns) * cell.height },
    ...{ image: digitImage(pixels), read: `${truth} read as ${predicted}`, sure: percent(probability) },
  }));
  const count = (n: number): string => n.toLocaleString('en');
  const said = `${count(digits.length)} of ${count(tested)} images are misread${shown.length < digits.length ? `; the ${shown.length} of which the model was surest` : ''}`;
  const place = { type: 'quantitative', scale: null, axis: null } as const;
  const spec: PictureSpec = {
    title: {
      text: title,
      subtitle: [said, 'true digit, what it was read as, and the probability that the model gave to that'],
    },
    width: columns * cell.width,
    height: Math.max(1, Math.ceil(shown.length / columns)) * cell.height,
    data: { values },
    encoding: { x: { field: 'x', ...place }, y: { field: 'y', ...place } },
    layer: [
      {
        mark: { type: 'image', width: side, height: side, align: 'left', baseline: 'top', smooth: false },
        encoding: { url: { field: 'image' } },
      },
      {
        mark: {
          type: 'text',
          align: 'center',
          baseline: 'top',
          dx: side / 2,
          dy: side + 6,
          fontSize: 12,
          fontWeight: 600,
        },
        encoding: { text: { field: 'read' } },
      },
      {
        mark: { type: 'text', align: 'center', baseline: 'top', dx: side / 2, dy: side + 23 },
        encoding: { text: { field: 'sure' } },
      },
    ],
  };
  const words = shown.map(
    ({ truth, predicted, probability }) => `${truth} read as ${predicted}, ${percent(probability)}`,
  );
  return renderPicture(spec, [`${title}. ${said}`, ...words].join('. '));
}

/** Never 100 % of what was wrong. */
function percent(probability: number): string {
  return probability > 0.9995 && probability < 1 ? '> 99.9 %' : `${(100 * probability).toFixed(1)} %`;
}
