/**
 * Examples drawn together, in arrays of their own: changing them changes no dataset and no other batch. Of `batches({ reuse: true })` the next may be
 * written over them.
 */
export interface Batch {
  /** How many examples this batch holds; the last of an epoch may hold fewer than the others. */
  readonly size: number;
  /** Row-major `[size, ...inputShape]`. */
  readonly inputs: Float32Array;
  /** Row-major `[size, ...targetShape]`. */
  readonly targets: Float32Array | Int32Array;
  /** `[size]`: how many steps each sequence has before its padding. Not there where no sequence of the set is padded. */
  readonly lengths?: Int32Array;
}
