import type { Dataset } from '@rnn/datasets';
import { classOf } from './class-of';
import { classes, type DigitTrainer } from './digit-trainer';
import { type Preparation, prepared } from './preparation';
import { softmax } from './softmax';

/** What a model took an image for. */
interface ImageRead {
  /** In the set, from 0. */
  readonly index: number;
  readonly truth: number;
  readonly predicted: number;
  /** Of the predicted digit, as a share of 1. */
  readonly probability: number;
}

/** How a model reads a set of images. */
export interface ImagesRead {
  readonly examples: number;
  readonly accuracy: number;
  /** Images of each true digit (row) that were taken for each digit (column). */
  readonly counts: readonly (readonly number[])[];
  readonly misread: readonly ImageRead[];
}

/** Has a trainer's model read all images of a set. */
export async function readImages(
  trainer: DigitTrainer,
  images: Dataset,
  preparation: Preparation | undefined,
): Promise<ImagesRead> {
  const logits = await trainer.predict(prepared(images, preparation));
  const { targets } = images;
  const counts = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const misread: ImageRead[] = [];
  for (let index = 0; index < images.size; index++) {
    const row = <Values extends Float32Array | Int32Array>(values: Values) =>
      values.subarray(index * classes, (index + 1) * classes);
    const [truth, probabilities] = [classOf(row(targets)), softmax(row(logits))];
    const predicted = classOf(probabilities);
    (counts[truth] as number[])[predicted] = (counts[truth]?.[predicted] ?? 0) + 1;
    if (predicted !== truth) misread.push({ index, truth, predicted, probability: probabilities[predicted] as number });
  }
  const accuracy = (images.size - misread.length) / images.size;
  return { examples: images.size, accuracy, counts, misread };
}

/** Of so many images of the set, the first, or of all where there are fewer. */
export function accuracyOfFirst(
  images: number,
  { examples: all, misread }: ImagesRead,
): { readonly accuracy: number; readonly examples: number } {
  const examples = Math.min(images, all);
  const wrong = misread.filter(({ index }) => index < examples).length;
  return { accuracy: (examples - wrong) / examples, examples };
}
