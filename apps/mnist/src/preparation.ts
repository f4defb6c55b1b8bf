import {
  type AugmentedOptions,
  augmented,
  cropped,
  type Dataset,
  deskewed,
  type ExampleSet,
  rowsPerStep,
} from '@rnn/datasets';

/** How pictures are made ready before a network reads them, those that it is asked about too. */
export interface Preparation {
  /** Pixels that are left out on each side. */
  readonly margin: number;
  /** Rows that are one time step. */
  readonly rows: number;
}

/** The same pictures upright, without their margin and so many rows a step; without a preparation as they are, a row a step. */
export function prepared(pictures: ExampleSet, preparation: Preparation | undefined): ExampleSet {
  return preparation === undefined ? pictures : steps(deskewed(pictures), preparation);
}

/** What is done to pictures that are trained on. */
export interface Augmentation extends AugmentedOptions {
  /** The epoch from which on they are left as they are. */
  readonly untilEpoch: number;
}

/** Prepared pictures to train on, which differ a little in each epoch. */
export function augmentedPictures(
  train: Dataset,
  { preparation, augmentation }: { readonly preparation: Preparation; readonly augmentation: Augmentation },
): ExampleSet {
  const { untilEpoch, ...changes } = augmentation;
  const upright = deskewed(train);
  const [still, moving] = [steps(upright, preparation), steps(augmented(upright, changes), preparation)];
  return {
    ...still,
    batches: (request) => ((request.epoch ?? 0) < untilEpoch ? moving : still).batches(request),
  };
}

const steps = (pictures: ExampleSet, { margin, rows }: Preparation): ExampleSet =>
  rowsPerStep(cropped(pictures, margin), rows);
