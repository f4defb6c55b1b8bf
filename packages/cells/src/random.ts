import { uniformFloat64 } from 'pure-rand/distribution/uniformFloat64';
import { xoroshiro128plus, xoroshiro128plusFromState } from 'pure-rand/generator/xoroshiro128plus';
import { ArgumentError } from './argument-error';

/** The 32-bit FNV-1a hash of a text, so that a name can pick a stream of random numbers. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}

/**
 * A seeded stream of random numbers (xoroshiro128+), computed on the host: the same on every backend and machine.
 * Without a seed it starts somewhere else each time. `stream` separates the uses of one seed: each variable of a model draws from a
 * stream of its own name, so that adding a layer leaves the others' initial values as they were.
 */
export class Random {
  readonly seed: number;
  #generator: ReturnType<typeof xoroshiro128plus>;
  #spare: number | undefined;

  constructor(seed?: number, stream = '') {
    this.seed = seed ?? Math.floor(Math.random() * 2 ** 31);
    this.#generator = xoroshiro128plus(hash(`${this.seed}/${stream}`));
  }

  /**
   * What is drawn next follows from it alone: the generator's four words of 32 bits and, where `normal` has made two and given one, the other.
   * Throws `ArgumentError` when it is set to what is none.
   */
  get state(): readonly number[] {
    return [...this.#generator.getState(), ...(this.#spare === undefined ? [] : [this.#spare])];
  }

  set state(state: readonly number[]) {
    const words = state.slice(0, 4);
    const areWords = words.length === 4 && words.every((word) => word === (word | 0));
    if (!areWords || state.length > 5 || !state.every(Number.isFinite))
      throw new ArgumentError('Random.state', 'four integers of 32 bits, or a number more', `[${state.join(', ')}]`);
    this.#generator = xoroshiro128plusFromState(words);
    this.#spare = state[4];
  }

  /** Uniform in [low, high). */
  uniform(low = 0, high = 1): number {
    return low + (high - low) * uniformFloat64(this.#generator);
  }

  /** Normal with mean 0 and standard deviation 1 (Marsaglia's polar method, which makes two at a time). */
  normal(): number {
    if (this.#spare !== undefined) {
      const spare = this.#spare;
      this.#spare = undefined;
      return spare;
    }
    for (;;) {
      const a = this.uniform(-1, 1);
      const b = this.uniform(-1, 1);
      const square = a * a + b * b;
      if (square === 0 || square >= 1) continue;
      const scale = Math.sqrt((-2 * Math.log(square)) / square);
      this.#spare = b * scale;
      return a * scale;
    }
  }
}
