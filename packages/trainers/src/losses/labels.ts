import { ArgumentError } from '@rnn/cells';
import { argMax, type Tensor, type Tensor1D, type Tensor2D } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text';

/** Labels as class numbers, `[B]`, whichever way they came. */
export function labelClasses(where: string, logits: Tensor2D, labels: Tensor): Tensor1D {
  checkLabels(where, logits, labels);
  return labels.rank === 2 ? argMax(labels, 1) : (labels as Tensor1D);
}

/** Throws unless labels are shares of the classes, one-hot ones among them, or class numbers: one a row of the logits. */
export function checkLabels(where: string, logits: Tensor2D, labels: Tensor): void {
  if (logits.rank !== 2) throw new ArgumentError(where, 'logits to have shape [B, C]', shapeText(logits.shape));
  const [B, C] = logits.shape;
  const shape = labels.shape.join();
  const isNumeric = labels.dtype === 'int32' || labels.dtype === 'float32';
  if (isNumeric && (shape === `${B},${C}` || shape === `${B}`)) return;
  const expected = `labels to have shape [${B}, ${C}], one-hot or shares, or [${B}], class numbers`;
  throw new ArgumentError(where, expected, `${shapeText(labels.shape)}, ${labels.dtype}`);
}
