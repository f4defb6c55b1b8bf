import type { DataId, KernelBackend } from '@tensorflow/tfjs-core';
import type { Arena } from './arena';
import { Blocks } from './blocks';
import type { SequenceRecord } from './sequence-record';

/** The share of what the memory may grow to that weights may take while nothing runs, and how many layers' there may be. */
const share = 1 / 16;
const most = 64;

/**
 * The data of a layer's weights. TensorFlow.js gives each piece of data an object of its own and writes to it once: what a variable is assigned is
 * other data. So the same objects are the same numbers.
 */
export interface WeightsData {
  readonly backend: KernelBackend;
  /** In the order of the layer's weights; undefined for those that it does not have. */
  readonly ids: readonly (DataId | undefined)[];
}

interface Entry {
  readonly data: WeightsData;
  /** How the layer reads them. */
  readonly reading: string;
  readonly blocks: Blocks;
  readonly record: SequenceRecord;
  readonly bytes: number;
  /** The run that has last used them. */
  run: number;
}

/**
 * Weights as the products read them, kept between forward runs for as long as their tensors' data are there; of too many those that have not been used
 * for the longest time go.
 */
export class PackedWeights {
  readonly #arena: Arena;
  readonly #limit: number;
  /** Those that were used last at the end. */
  readonly #entries = new Set<Entry>();
  #bytes = 0;
  #run = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
    this.#limit = arena.maximumBytes * share;
    arena.spare = () => this.#dropWhere(({ run }) => run !== this.#run);
  }

  /** Bytes that they take. */
  get bytes(): number {
    return this.#bytes;
  }

  /**
   * The addresses of the weights of `data`, read as `reading` says, until `release`. `pack` makes them in the blocks that it is given, where they are
   * not there.
   */
  take(data: WeightsData, reading: string, pack: (blocks: Blocks) => SequenceRecord): SequenceRecord {
    let entry: Entry | undefined;
    for (const kept of this.#entries) if (isOf(kept, data, reading)) entry = kept;
    if (entry === undefined) entry = this.#make(data, reading, pack);
    else this.#entries.delete(entry);
    this.#entries.add(entry);
    entry.run = this.#run;
    return entry.record;
  }

  #make(data: WeightsData, reading: string, pack: (blocks: Blocks) => SequenceRecord): Entry {
    const blocks = new Blocks(this.#arena);
    try {
      const record = pack(blocks);
      const { bytes } = blocks;
      this.#bytes += bytes;
      return { data, reading, blocks, record, bytes, run: this.#run };
    } catch (error) {
      blocks.free();
      throw error;
    }
  }

  /** To be called when a run has ended: what it took may go from now on. */
  release(): void {
    this.#run++;
    for (const entry of this.#entries) {
      if (this.#bytes <= this.#limit && this.#entries.size <= most) return;
      this.#drop(entry);
    }
  }

  /** Drops those of which any data are gone. */
  sweep(): void {
    this.#dropWhere(({ data: { backend, ids } }) => ids.some((id) => id !== undefined && backend.refCount(id) === 0));
  }

  #dropWhere(isOver: (entry: Entry) => boolean): boolean {
    const before = this.#entries.size;
    for (const entry of this.#entries) if (isOver(entry)) this.#drop(entry);
    return this.#entries.size < before;
  }

  #drop(entry: Entry): void {
    this.#entries.delete(entry);
    this.#bytes -= entry.bytes;
    entry.blocks.free();
  }
}

const isOf = ({ data, reading }: Entry, { ids }: WeightsData, as: string): boolean =>
  reading === as && data.ids.every((id, k) => id === ids[k]);
