import { ArgumentError } from '@rnn/cells';
import { checkCount, describeValue } from '../checks';
import type { Examples } from '../examples';
import { shapeText } from '../shape-text';
import type { TrainingCallback } from './training-callback';

/** Exactly one of `steps`, `epochs`, `maxSteps` and `maxEpochs` is to be given. */
export interface FitOptions {
  /** How many updates to make; the batches go on from epoch to epoch. */
  readonly steps?: number | undefined;
  /** How many times to go through the examples. */
  readonly epochs?: number | undefined;
  /** After how many updates in all to end, those before this call included: none are made where there were as many. For runs that are resumed. */
  readonly maxSteps?: number | undefined;
  /** The same in epochs. */
  readonly maxEpochs?: number | undefined;
  /** How many examples the model is run on at once. */
  readonly batchSize: number;
  /**
   * The mean gradients of so many batches make one update: that of one batch of `batchSize · accumulate` examples, to rounding. What is kept to
   * differentiate, which is most, is that of `batchSize` examples; inputs, targets and predictions are those of all of them until the update. Steps, epochs and
   * reports are of whole updates. A loss that is no mean over its examples, as one with a class weight of 0, differs from that of the large batch. Default: 1.
   */
  readonly accumulate?: number | undefined;
  /** A new order each epoch, which follows from the trainer's seed and the number of the epoch. Default: true. */
  readonly shuffle?: boolean;
  /** Leave out the examples of an epoch that do not fill its last batch, so that every step has one size. Default: true. */
  readonly dropRemainder?: boolean;
  /** Evaluated when the callbacks have ended, with the weights that `fit` leaves. Its targets may have another format than the examples'. */
  readonly validation?: Examples | undefined;
  /** After how many updates `validation` is evaluated, for the callbacks, besides. The last of all `steps` is one of them. Default: never. */
  readonly validateEvery?: number | undefined;
  /** After how many updates the loss and the metrics are read. The last of all `steps` is reported too. Default: 100. */
  readonly reportEvery?: number;
  /**
   * End with a `NotFiniteError`, which names the step and the variable, where the loss, a gradient or a weight is NaN or infinite. Where data lie in
   * host memory each gradient is looked at as clipping leaves it, and the update is not made then, so that the weights stay those before it. On a GPU the loss is looked at where it is
   * reported, and the weights when `fit` ends and before `Checkpoints` saves them. Default: true.
   */
  readonly stopAtNaN?: boolean | undefined;
  readonly callbacks?: readonly TrainingCallback[];
}

/** `FitOptions`, checked and complete. */
export interface FitPlan {
  readonly steps: number;
  readonly stepsPerEpoch: number;
  /** Of an update. */
  readonly batchSize: number;
  /** How many of those are differentiated at once. */
  readonly partSize: number;
  readonly shuffle: boolean;
  readonly dropRemainder: boolean;
  readonly reportEvery: number;
  readonly stopAtNaN: boolean;
}

/**
 * What a fit will do, by its options and their defaults. Throws `ArgumentError` for counts that are none, unless one option tells the length, and where
 * the examples do not fill one batch.
 *
 * @param done How many updates were made before. Default: none.
 */
export function planFit(examples: Examples, options: FitOptions, done = 0): FitPlan {
  const { batchSize: partSize, accumulate = 1, shuffle = true, dropRemainder = true } = options;
  const { validation, validateEvery, reportEvery = 100, stopAtNaN = true } = options;
  checkExamples('fit', 'examples', examples);
  checkCount('fit', 'batchSize', partSize);
  checkCount('fit', 'accumulate', accumulate);
  checkCount('fit', 'reportEvery', reportEvery);
  const batchSize = partSize * accumulate;
  if (dropRemainder && batchSize > examples.size) {
    const product = accumulate === 1 ? 'batchSize' : 'batchSize · accumulate';
    const expected = `${product} to be at most ${examples.size}, the number of examples`;
    throw new ArgumentError('fit', expected, `${batchSize}`, 'Take a smaller one, or set dropRemainder: false.');
  }
  if (validation !== undefined) checkValidation(validation, examples);
  if (validateEvery !== undefined) {
    checkCount('fit', 'validateEvery', validateEvery);
    if (validation === undefined) throw new ArgumentError('fit', 'a validation with validateEvery', 'none');
  }
  const share = examples.size / batchSize;
  const stepsPerEpoch = dropRemainder ? Math.floor(share) : Math.ceil(share);
  return {
    steps: countSteps(options, stepsPerEpoch, done),
    stepsPerEpoch,
    batchSize,
    partSize,
    shuffle,
    dropRemainder,
    reportEvery,
    stopAtNaN,
  };
}

/** Throws `ArgumentError` for an empty set, or what is none. */
export function checkExamples(where: string, what: string, examples: Examples): void {
  if (typeof examples?.batches !== 'function') {
    const remedy = 'A Dataset of @rnn/datasets is one.';
    throw new ArgumentError(where, `${what} to be an Examples`, describeValue(examples), remedy);
  }
  if (Number.isInteger(examples.size) && examples.size > 0) return;
  throw new ArgumentError(where, `${what} to hold at least one example`, `a set of size ${examples.size}`);
}

const lengths = ['steps', 'epochs', 'maxSteps', 'maxEpochs'] as const;

function countSteps(options: FitOptions, stepsPerEpoch: number, done: number): number {
  const given = lengths.filter((name) => options[name] !== undefined);
  const [name] = given;
  if (name === undefined || given.length > 1)
    throw new ArgumentError('fit', `one of ${lengths.join(', ')}`, given.join(', ') || 'none of them');
  const count = options[name] as number;
  checkCount('fit', name, count);
  const steps = name === 'epochs' || name === 'maxEpochs' ? count * stepsPerEpoch : count;
  return name.startsWith('max') ? Math.max(0, steps - done) : steps;
}

function checkValidation(validation: Examples, examples: Examples): void {
  checkExamples('fit', 'validation', validation);
  if (validation.inputShape.join() === examples.inputShape.join()) return;
  const expected = `validation to have the examples' inputShape ${shapeText(examples.inputShape)}`;
  throw new ArgumentError('fit', expected, shapeText(validation.inputShape));
}
