/** How `Examples.batches` draws one epoch. */
export interface BatchRequest {
  readonly batchSize: number;
  readonly shuffle?: boolean;
  /** Together with `epoch` it fixes the order of a shuffled epoch. */
  readonly seed?: number;
  readonly epoch?: number;
  /** Leave out the examples that do not fill a last batch. */
  readonly dropRemainder?: boolean;
  /**
   * Each batch is used up before the next is asked for, which may be written over it. A view that holds several batches of another set asks that one
   * with `reuse: false`.
   */
  readonly reuse?: boolean;
}

/** Some examples, row-major. */
export interface ExampleBatch {
  readonly size: number;
  /** `[size, ...inputShape]` */
  readonly inputs: Float32Array;
  /** `[size, ...targetShape]`; whole numbers for class numbers. */
  readonly targets: Float32Array | Int32Array;
  /** `[size]`: after how many steps a sequence's padding begins. Default: none is padded. */
  readonly lengths?: Int32Array | undefined;
}

/**
 * A set of examples that can be drawn in batches; a `Dataset` of `@rnn/datasets` is one. The order of a shuffled epoch must depend on
 * `seed` and `epoch` alone, or runs with one seed differ.
 */
export interface Examples {
  readonly size: number;
  /** Of one example's inputs: `[T, D]`. */
  readonly inputShape: readonly number[];
  /** Of one example's target: `[C]` for one-hot labels or shares of the classes, `[]` for class numbers. */
  readonly targetShape: readonly number[];
  batches(request: BatchRequest): Iterable<ExampleBatch>;
}
