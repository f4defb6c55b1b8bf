import { type BuildContext, scoped } from './cell';
import { dropoutMask } from './dropout-mask';
import { Random } from './random';
import { RandomStreams } from './random-streams';
import type { VariableStore } from './weights/variable-store';

/** How many sources of each full name a store has. */
const sourcesIn = new WeakMap<VariableStore, Map<string, number>>();

/**
 * Where a cell's masks come from: streams of random numbers that follow from a seed of its own or, without one, from that of the store it is built
 * in and its scope; with neither they are random. Wrappers within wrappers have one scope: they are numbered in the order in which they are built,
 * `dropout`, `dropout_1`, so that each drops other units. Each place draws from a stream of its own, so that dropping one thing more leaves the
 * masks of the others as they were. Masks are made on the host, the same on every backend.
 */
export class MaskSource {
  readonly #name: string;
  readonly #seed: number | undefined;
  /** Those of the store, once it is built in one, so that a run that is saved knows where they stand. */
  #streams: RandomStreams;
  /** Its name among those. */
  #fullName: string;
  #store: VariableStore | undefined;

  constructor(name: string, seed: number | undefined) {
    this.#name = name;
    this.#seed = seed;
    this.#streams = new RandomStreams(seed);
    this.#fullName = name;
  }

  /**
   * For the end of `build`: draws from the streams of the store that the cell is built in, or else of `home`, and follows its seed where the cell
   * has none. A second call with one store, or without, changes nothing.
   */
  follow({ store: built, scope }: BuildContext, home?: VariableStore): void {
    const store = built ?? this.#store ?? home;
    if (store === undefined || store === this.#store) return;
    this.#store = store;
    this.#streams = store.streams;
    this.#fullName = numbered(store, scoped(scope, this.#name));
  }

  /** The next mask of a place: `value` with a probability of `share`, 0 otherwise; row-major. By default the factors of dropout. */
  draw(place: string, shape: readonly number[], share: number, value?: number): Float32Array {
    const seeded = this.#seed === undefined ? undefined : () => new Random(this.#seed, `${this.#name}/${place}`);
    return dropoutMask(shape, share, this.#streams.get(`${this.#fullName}/${place}`, seeded), value);
  }
}

/** The name, with its number after the first source that asks for it in this store. */
function numbered(store: VariableStore, name: string): string {
  const sources = sourcesIn.get(store) ?? new Map<string, number>();
  const earlier = sources.get(name) ?? 0;
  sourcesIn.set(store, sources.set(name, earlier + 1));
  return earlier === 0 ? name : `${name}_${earlier}`;
}
