import type { Arena } from './arena';

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

  get isEmpty(): boolean {
    return this.#addresses.length === 0;
  }

  free(): void {
    for (const address of this.#addresses) this.#arena.free(address);
    this.#addresses = [];
  }
}
