import type { Batch } from './batch';
import { checkWhole } from './check-whole';
import { chooseSeed } from './choose-seed';
import type { Column } from './columns/column';
import { DatasetError } from './dataset-error';
import { epochOrder } from './epoch-order';

export interface DatasetOptions {
  /** Of every shuffle; an integer from 0 to 2^53 - 1. Without one, a random seed that `Dataset.seed` tells. */
  readonly seed?: number | undefined;
}

/** What may be known of examples besides. */
export interface DatasetColumns {
  /** Of sequences that are padded at their end: how many steps come before; shape `[]`. Batches have it as `lengths`. */
  readonly lengths?: Column<Int32Array> | undefined;
}

export interface BatchesOptions {
  readonly batchSize: number;
  /** Visit the examples in a random order. Default: false, in the order they are stored. */
  readonly shuffle?: boolean;
  /** Of the order, in place of the dataset's own. */
  readonly seed?: number | undefined;
  /** Which of the seed's orders. Default: 0 where `seed` is given; else each shuffled pass takes the next. */
  readonly epoch?: number | undefined;
  /** Leave out the examples that do not fill a last batch. Default: false, they make a smaller one. */
  readonly dropRemainder?: boolean;
  /**
   * A batch may be written over the one before, if that is as large, for a loop that is done with a batch when it asks for the next: it leaves the
   * garbage collector less to do. Default: false, every batch has arrays of its own.
   */
  readonly reuse?: boolean;
}

/**
 * Inputs and targets, example by example, drawn in batches.
 *
 *     const { train } = sine();                                // 10,990 windows: inputShape [10, 1], targetShape [1]
 *     train.nextBatch(128);                                    // inputs [128, 10, 1], targets [128, 1]
 *     for (const batch of train.batches({ batchSize: 128 }))   // 85 batches of 128, one of 110
 *
 * Shuffled order depends on the seed and the number of the epoch alone.
 */
export class Dataset {
  readonly size: number;
  /** The shape of one example's inputs: `[28, 28]` for MNIST, `[10, 1]` for sine windows. */
  readonly inputShape: readonly number[];
  /** The shape of one example's target: `[10]` for one-hot labels, `[]` for integer labels, `[1]` for sine windows. */
  readonly targetShape: readonly number[];
  readonly seed: number;
  readonly #inputs: Column<Float32Array>;
  readonly #targets: Column;
  readonly #lengths: Column<Int32Array> | undefined;
  #all: Batch | undefined;
  #order: { readonly epoch: number; readonly rows: Uint32Array } | undefined;
  #position = 0;
  #shuffledPasses = 0;

  constructor(inputs: Column<Float32Array>, targets: Column, { seed, lengths }: DatasetOptions & DatasetColumns = {}) {
    if (inputs.size !== targets.size) {
      const expected = `as many targets as inputs (${inputs.size})`;
      throw new DatasetError({ where: 'Dataset', expected, got: `${targets.size}` });
    }
    if (lengths !== undefined && (lengths.size !== inputs.size || lengths.shape.length > 0)) {
      const expected = `a length for each of ${inputs.size} inputs`;
      throw new DatasetError({
        where: 'Dataset',
        expected,
        got: `${lengths.size} of shape [${lengths.shape.join(', ')}]`,
      });
    }
    this.size = inputs.size;
    this.inputShape = inputs.shape;
    this.targetShape = targets.shape;
    this.seed = chooseSeed('Dataset', seed);
    this.#inputs = inputs;
    this.#targets = targets;
    this.#lengths = lengths;
  }

  /**
   * All inputs, `[size, ...inputShape]`: a copy, made when first asked for and kept from then on. For MNIST's train set
   * that is 172 MB, which no batch needs.
   */
  get inputs(): Float32Array {
    return this.#everything().inputs;
  }

  /** All targets, `[size, ...targetShape]`: a copy, made when first asked for, together with that of the inputs. */
  get targets(): Float32Array | Int32Array {
    return this.#everything().targets;
  }

  /** How many examples `nextBatch` has drawn since the beginning, over all epochs. */
  get position(): number {
    return this.#position;
  }

  /**
   * The next examples of an endless pass, as TensorFlow 1's `mnist.train.next_batch`: at the end of an epoch the order is
   * drawn anew, and a batch may hold the rest of one epoch and the start of the next.
   */
  nextBatch(batchSize: number, { shuffle = true }: { readonly shuffle?: boolean } = {}): Batch {
    checkWhole('nextBatch', 'batchSize', batchSize, 1);
    if (this.size === 0) throw new DatasetError({ where: 'nextBatch', expected: 'a set with examples', got: 'none' });
    const rows = new Uint32Array(batchSize);
    for (let drawn = 0; drawn < batchSize; ) {
      const start = this.#position % this.size;
      const count = Math.min(batchSize - drawn, this.size - start);
      const order = shuffle ? this.#orderOf(Math.floor(this.#position / this.size)) : inOrder(this.size);
      rows.set(order.subarray(start, start + count), drawn);
      drawn += count;
      this.#position += count;
    }
    return this.#batch(rows);
  }

  /** Makes the next `nextBatch` begin after this many examples, as it would have in a run that was stopped there. */
  seek(position: number): void {
    checkWhole('seek', 'position', position, 0);
    this.#position = position;
  }

  /** One epoch in batches. Leaves `nextBatch` where it is; going through the result again gives the same batches. */
  batches(options: BatchesOptions): Iterable<Batch> {
    const { batchSize, shuffle = false, seed, epoch, dropRemainder = false, reuse = false } = options;
    checkWhole('batches', 'batchSize', batchSize, 1);
    if (epoch !== undefined) checkWhole('batches', 'epoch', epoch, 0);
    const ownSeed = seed === undefined;
    const orderSeed = ownSeed ? this.seed : chooseSeed('batches', seed);
    const end = dropRemainder ? this.size - (this.size % batchSize) : this.size;
    const order = shuffle
      ? epochOrder(this.size, orderSeed, epoch ?? (ownSeed ? this.#shuffledPasses++ : 0))
      : inOrder(this.size);
    const batch = (begin: number, before?: Batch) =>
      this.#batch(order.subarray(begin, Math.min(begin + batchSize, end)), before);
    return {
      *[Symbol.iterator]() {
        let last: Batch | undefined;
        for (let begin = 0; begin < end; begin += batchSize) {
          last = batch(begin, reuse ? last : undefined);
          yield last;
        }
      },
    };
  }

  /** Examples `begin` up to, not including, `end`, on the same memory, with the same seed and a `nextBatch` of its own. */
  slice(begin: number, end: number = this.size): Dataset {
    if (Number.isInteger(begin) && Number.isInteger(end) && 0 <= begin && begin <= end && end <= this.size) {
      return dataset(this.#inputs.slice(begin, end), this.#targets.slice(begin, end), {
        seed: this.seed,
        lengths: this.#lengths?.slice(begin, end),
      });
    }
    const expected = `0 <= begin <= end <= ${this.size}, in whole numbers`;
    throw new DatasetError({ where: 'slice', expected, got: `begin ${begin}, end ${end}` });
  }

  /** The first `count` examples; see `slice`. */
  take(count: number): Dataset {
    if (Number.isInteger(count) && 0 <= count && count <= this.size) return this.slice(0, count);
    const expected = `a whole number of examples from 0 to ${this.size}`;
    throw new DatasetError({ where: 'take', expected, got: `${count}` });
  }

  /** @param before A batch whose arrays may be written over. */
  #batch(rows: Uint32Array, before?: Batch): Batch {
    const into = before?.size === rows.length ? before : undefined;
    const [inputs, targets] = [this.#inputs.gather(rows, into?.inputs), this.#targets.gather(rows, into?.targets)];
    const batch = { size: rows.length, inputs, targets };
    return this.#lengths === undefined ? batch : { ...batch, lengths: this.#lengths.gather(rows, into?.lengths) };
  }

  #everything(): Batch {
    this.#all ??= this.#batch(inOrder(this.size));
    return this.#all;
  }

  #orderOf(epoch: number): Uint32Array {
    if (this.#order?.epoch !== epoch) this.#order = { epoch, rows: epochOrder(this.size, this.seed, epoch) };
    return this.#order.rows;
  }
}

// Outside of the class: a class that names itself is renamed by the bundler, and a debugger shows its name.
const dataset = (inputs: Column<Float32Array>, targets: Column, options: DatasetOptions & DatasetColumns) =>
  new Dataset(inputs, targets, options);

function inOrder(size: number): Uint32Array {
  return Uint32Array.from({ length: size }, (_, row) => row);
}
