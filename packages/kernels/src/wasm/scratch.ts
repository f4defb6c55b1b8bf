import type { Blocks } from './blocks';
import type { Regions } from './layer-layout';
import type { Field, SequenceRecord } from './sequence-record';

/** Floats of a cache line. */
const line = 16;

/** What each thread needs for one Sequence at a time: those that it runs one after the other share the place. */
export class Scratch {
  readonly #blocks: Blocks;
  readonly #most = new Map<number, number>();
  readonly #addresses = new Map<number, number>();

  constructor(blocks: Blocks) {
    this.#blocks = blocks;
  }

  /** Makes sure, before anything is placed, that a thread's place will hold these regions. */
  reserve(thread: number, regions: Regions): void {
    const words = Object.values(regions).reduce((sum, size) => sum + Math.ceil(size / line) * line, 0);
    this.#most.set(thread, Math.max(words, this.#most.get(thread) ?? 0));
  }

  /** Their addresses in the thread's place. */
  place(thread: number, regions: Regions): SequenceRecord {
    let at = this.#addresses.get(thread) ?? this.#blocks.allocate(this.#most.get(thread) as number);
    this.#addresses.set(thread, at);
    const addresses: SequenceRecord = {};
    for (const [name, size] of Object.entries(regions)) {
      addresses[name as Field] = size && at;
      at += Math.ceil(size / line) * line * 4;
    }
    return addresses;
  }
}
