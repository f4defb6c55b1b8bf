import { ArgumentError } from '@rnn/cells';
import { argMax, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text';

/** Labels as class numbers, `[B]` int32, whichever way they came. */
export function labelClasses(where: string, logits: Tensor2D, labels: Tensor): Tensor1D {
  checkLabels(where, logits, labels);
  return labels.rank === 2 ? argMax(labels, 1) : (labels as Tensor1D);
}

/** Throws unless labels are one-hot or class numbers, one a row of the logits. */
export function checkLabels(where: string, logits: Tensor2D, labels: Tensor): void {
  if (logits.rank !== 2) throw new ArgumentError(where, 'logits to have shape [B, C]', shapeText(logits.shape));
  const [B, C] = logits.shape;
  const oneHot = labels.shape.join() === `${B},${C}`;
  const classes = labels.shape.join() === `${B}` && labels.dtype === 'int32';
  if (!oneHot && !classes) {
    const expected = `labels to have shape [${B}, ${C}], one-hot, or [${B}], int32`;
    throw new ArgumentError(where, expected, `${shapeText(labels.shape)}, ${labels.dtype}`);
  }
}
