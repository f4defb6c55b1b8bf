/** Examples drawn together, in arrays of their own: changing them changes no dataset and no other batch. */
export interface Batch {
  /** How many examples this batch holds; the last of an epoch may hold fewer than the others. */
  readonly size: number;
  /** Row-major `[size, ...inputShape]`. */
  readonly inputs: Float32Array;
  /** Row-major `[size, ...targetShape]`. */
  readonly targets: Float32Array | Int32Array;
}
