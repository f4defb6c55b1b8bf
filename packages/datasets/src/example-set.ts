import type { Batch } from './batch';
import type { BatchesOptions } from './dataset';

/** Whatever examples can be drawn from in batches: a `Dataset`, or a view of one. */
export interface ExampleSet {
  readonly size: number;
  /** The shape of one example's inputs. */
  readonly inputShape: readonly number[];
  /** The shape of one example's target. */
  readonly targetShape: readonly number[];
  batches(options: BatchesOptions): Iterable<Batch>;
}
