import { type PictureSpec, renderPicture } from 'app-common/pictures';
import { mixColors } from './mix-colors';
import type { Color } from './pixel-image';

export interface ConfusionMatrix {
  readonly title: string;
  /** Images of each true digit (row) that were taken for each digit (column). */
  readonly counts: readonly (readonly number[])[];
}

interface Cell {
  readonly truth: number;
  readonly predicted: number;
  readonly count: number;
}

/** Of a cell with one image, and of the one with the most. */
const colors = {
  right: { one: [220, 235, 247], most: [24, 84, 135] },
  misread: { one: [251, 227, 214], most: [158, 54, 10] },
} as const;
/** Of the counts, on light cells and on dark ones. */
const ink = { onLight: '#111111', onDark: '#ffffff' };

/** Which digits are taken for which, a count in each cell. The colours are logarithmic; a cell of no image has none. */
export function confusionMatrix({ title, counts }: ConfusionMatrix): Promise<string> {
  const cells = counts.flatMap((row, truth) => row.map((count, predicted) => ({ truth, predicted, count })));
  const right = cells.filter(({ truth, predicted }) => truth === predicted);
  const misread = cells.filter(({ truth, predicted }) => truth !== predicted);
  const [of, all] = [total(right), total(cells)];
  const said =
    all === 0
      ? 'No image was tested'
      : `${of.toLocaleString('en')} of ${all.toLocaleString('en')} images are read right (${((100 * of) / all).toFixed(2)} %)`;

  const axis = { labelAngle: 0, ticks: false, domain: false, labelFontSize: 14 };
  const spec: PictureSpec = {
    title: { text: title, subtitle: `${said}, in blue; the others in orange` },
    ...{ width: 470, height: 470 },
    data: { values: [...colored(right, colors.right), ...colored(misread, colors.misread)] },
    encoding: {
      x: { field: 'predicted', type: 'ordinal', title: 'predicted digit', axis: { ...axis, orient: 'top' } },
      y: { field: 'truth', type: 'ordinal', title: 'true digit', axis },
    },
    layer: [
      {
        mark: { type: 'rect', stroke: 'currentColor', strokeOpacity: 0.15 },
        encoding: { fill: { field: 'fill', scale: null } },
      },
      {
        mark: { type: 'text', baseline: 'middle' },
        encoding: {
          text: { field: 'count', format: ',d' },
          color: { field: 'ink', scale: null },
          opacity: { field: 'opacity', type: 'quantitative', scale: null },
        },
      },
    ],
  };
  const worst = misread.filter(({ count }) => count > 0).sort((a, b) => b.count - a.count);
  const words = worst
    .slice(0, 3)
    .map(({ truth, predicted, count }) => `${truth} is taken for ${predicted} ${count} times`);
  return renderPicture(spec, [title, said, ...words].join('. '));
}

function total(cells: readonly Cell[]): number {
  return cells.reduce((sum, { count }) => sum + count, 0);
}

function colored(cells: readonly Cell[], { one, most }: { readonly one: Color; readonly most: Color }) {
  const largest = Math.max(2, ...cells.map(({ count }) => count));
  return cells.map((cell) => {
    if (cell.count === 0) return { ...cell, fill: 'transparent', ink: 'currentColor', opacity: 0.4 };
    const share = Math.log(cell.count) / Math.log(largest);
    return {
      ...cell,
      fill: `rgb(${mixColors(one, most, share)})`,
      ink: share < 0.72 ? ink.onLight : ink.onDark,
      opacity: 1,
    };
  });
}
