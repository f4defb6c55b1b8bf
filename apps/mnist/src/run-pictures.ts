import type { RNNCell } from '@rnn/cells';
import type { Dataset } from '@rnn/datasets';
import type { StepReport } from '@rnn/trainers';
import { learningCurves, type NamedPicture } from 'app-common/pictures';
import { classOf } from './class-of';
import { hiddenStates } from './pictures/hidden-states';
import type { Preparation } from './preparation';
import type { ImagesRead } from './read-images';
import { readingPictures } from './reading-pictures';
import { statesByRow } from './states-by-row';
import type { Validation } from './validation-curve';

interface Run {
  readonly name: string;
  readonly reports: readonly StepReport[];
  readonly validations: readonly Validation[];
  readonly test: Dataset;
  readonly read: ImagesRead;
  /** The lowest layer that reads forward. */
  readonly cell: RNNCell;
  readonly preparation: Preparation | undefined;
}

/** What is drawn of a training run: how it learnt, what it misreads, and what it holds while it reads the first test image. */
export async function runPictures({
  name,
  reports,
  validations,
  test,
  read,
  cell,
  preparation,
}: Run): Promise<NamedPicture[]> {
  const curves = await learningCurves({
    title: `${name}: loss and accuracy`,
    loss: [
      { name: 'training', points: reports.map(({ step, loss }) => ({ step, value: loss })) },
      { name: 'validation', points: validations.map(({ step, loss }) => ({ step, value: loss })) },
    ],
    accuracy: [
      {
        name: 'training',
        points: reports.map(({ step, metrics }) => ({ step, value: metrics.accuracy ?? Number.NaN })),
      },
      { name: 'validation', points: validations.map(({ step, accuracy }) => ({ step, value: accuracy })) },
    ],
  });
  const first = test.take(1);
  const states = await hiddenStates({
    title: `${name}: outputs of the first layer while it reads a ${classOf(first.targets)}`,
    pixels: first.inputs,
    states: statesByRow(cell, first, preparation),
    rowsPerStep: preparation?.rows ?? 1,
  });
  return [
    {
      name: 'learning-curves',
      caption: 'Loss and accuracy over the steps: of each reported batch, and of the validation images.',
      svg: curves,
    },
    ...(await readingPictures(name, test, read)),
    {
      name: 'hidden-states',
      caption: `The outputs of the first layer, forward, ${whenRead(preparation)}.`,
      svg: states,
    },
  ];
}

/** After what the outputs are those of a line of the picture. */
function whenRead(preparation: Preparation | undefined): string {
  if (preparation === undefined) return 'after each row of the first test image';
  const { margin, rows } = preparation;
  return `after each step of ${rows} rows of the first test image, which is read upright and without a margin of ${margin} pixels`;
}
