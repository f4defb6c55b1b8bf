import type { ValueFlags } from './value-options';

/** What a published program ran with. */
export interface PublishedValues {
  /** Units of each layer whose number the program chose. */
  readonly hidden: readonly number[];
  readonly learningRate: number;
  readonly batchSize: number;
  /** How long it trained. */
  readonly length: TrainingLength;
}

/** As `fit` takes it: one of the two. */
export type TrainingLength = { readonly steps: number } | { readonly epochs: number };

/** The values of a run: what the flags say, else those that were published. */
export function chosenValues(published: PublishedValues, flags: ValueFlags): PublishedValues {
  const { steps, epochs, hidden } = flags;
  return {
    hidden: published.hidden.map((units) => hidden ?? units),
    learningRate: flags.learningRate ?? published.learningRate,
    batchSize: flags.batchSize ?? published.batchSize,
    length: steps !== undefined ? { steps } : epochs !== undefined ? { epochs } : published.length,
  };
}
