import { ArgumentError } from '@rnn/cells';
import { argMax, cast, div, oneHot, sum, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text';

/**
 * Labels as one row of shares a class, `[B, C]` float32, whichever way they came. An integer label outside 0 to C - 1 gives a row of
 * NaN, so that it shows; looking at the values here would wait for the device.
 */
export function labelShares(where: string, logits: Tensor2D, labels: Tensor): Tensor2D {
  checkLabels(where, logits, labels);
  if (labels.rank === 2) return cast(labels as Tensor2D, 'float32');
  const rows = cast(oneHot(labels as Tensor1D, logits.shape[1]), 'float32') as Tensor2D;
  return div(rows, sum(rows, 1, true));
}

/** Labels as class numbers, `[B]` int32, whichever way they came. */
export function labelClasses(where: string, logits: Tensor2D, labels: Tensor): Tensor1D {
  checkLabels(where, logits, labels);
  return labels.rank === 2 ? argMax(labels, 1) : (labels as Tensor1D);
}

function checkLabels(where: string, logits: Tensor2D, labels: Tensor): void {
  if (logits.rank !== 2) throw new ArgumentError(where, 'logits to have shape [B, C]', shapeText(logits.shape));
  const [B, C] = logits.shape;
  const oneHot = labels.shape.join() === `${B},${C}`;
  const classes = labels.shape.join() === `${B}` && labels.dtype === 'int32';
  if (!oneHot && !classes) {
    const expected = `labels to have shape [${B}, ${C}], one-hot, or [${B}], int32`;
    throw new ArgumentError(where, expected, `${shapeText(labels.shape)}, ${labels.dtype}`);
  }
}
