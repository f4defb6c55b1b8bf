/** The means over all examples, and how many those are. */
export type Evaluation<MetricName extends string = never> = {
  readonly loss: number;
  readonly examples: number;
} & { readonly [name in MetricName]: number };

/** What a call of `fit` did. */
export interface FitResult<MetricName extends string = never> {
  /** How many updates it made: fewer than asked for where it was stopped. */
  readonly steps: number;
  /** How many times it went through the examples: 800 steps of 429 an epoch are 1.86. */
  readonly epochs: number;
  /** From the first batch to the last report, callbacks included, validation not. */
  readonly seconds: number;
  /** Of a step: drawing the batch, the loss, its gradients and the update. On a GPU, the time to queue them. NaN without a step. */
  readonly msPerStep: { readonly median: number; readonly min: number };
  /** Over all `seconds`. */
  readonly sequencesPerSecond: number;
  /** Of the batch of each reported step, before its update. */
  readonly loss: readonly { readonly step: number; readonly value: number }[];
  readonly validation?: Evaluation<MetricName>;
  /** Why it ended before its last step, where a callback asked for that: `SIGINT`. */
  readonly stopped?: string;
}
