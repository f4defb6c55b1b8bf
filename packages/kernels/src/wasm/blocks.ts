import type { Arena } from './arena';
import type { Field, SequenceRecord } from './sequence-record';

/** Blocks of the engine's memory that are given back together. */
export class Blocks {
  readonly #arena: Arena;
  #addresses: number[] = [];

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /** The address of a block for so many floats, or other words of four bytes. */
  allocate(words: number): number {
    const address = this.#arena.allocate(words * 4);
    this.#addresses.push(address);
    return address;
  }

  /** A block for each region, by the field of a Sequence that is to hold the address: 0 where there is no region. */
  allocateAll(regions: SequenceRecord): SequenceRecord {
    const addresses: SequenceRecord = {};
    for (const [name, words] of Object.entries(regions)) addresses[name as Field] = words && this.allocate(words);
    return addresses;
  }

  get bytes(): number {
    return this.#addresses.reduce((sum, address) => sum + this.#arena.sizeOf(address), 0);
  }

  get isEmpty(): boolean {
    return this.#addresses.length === 0;
  }

  free(): void {
    for (const address of this.#addresses) this.#arena.free(address);
    this.#addresses = [];
  }
}
