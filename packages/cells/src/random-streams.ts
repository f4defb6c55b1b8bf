import { Random } from './random';

/**
 * Streams of random numbers by their names, each of which goes on where it was left: what a run draws while it trains. A run that is stopped and
 * begun again draws what it would have drawn when it is given the states that it had.
 *
 * @example
 * ```ts
 * import { RandomStreams } from '@rnn/cells';
 *
 * const streams = new RandomStreams(7);
 * streams.get('rnn/dropout/input_0').uniform();
 * const resumed = new RandomStreams(7);
 * resumed.restore(streams.states());
 * const drawn = [streams, resumed].map((each) => each.get('rnn/dropout/input_0').uniform());
 * console.log(drawn[0] === drawn[1]); // true
 * ```
 */
export class RandomStreams {
  readonly seed: number;
  readonly #drawnAs: (name: string) => string;
  #streams = new Map<string, Random>();

  /**
   * @param seed Each stream follows from it and the stream's name; a random one if left out.
   * @param drawnAs The name that a stream follows from, where that is not its own.
   */
  constructor(seed?: number, drawnAs: (name: string) => string = (name) => name) {
    this.seed = new Random(seed).seed;
    this.#drawnAs = drawnAs;
  }

  /** The stream of this name, to be asked for anew before each use. At the first `make` gives it, by default from the seed. */
  get(name: string, make: () => Random = () => new Random(this.seed, this.#drawnAs(name))): Random {
    const stream = this.#streams.get(name) ?? make();
    this.#streams.set(name, stream);
    return stream;
  }

  /** The `Random.state` of each stream that was used, by its name. */
  states(): Readonly<Record<string, readonly number[]>> {
    return Object.fromEntries([...this.#streams].map(([name, { state }]) => [name, state]));
  }

  /** Each stream goes on from its state; one that has none here begins anew. Throws `ArgumentError` for a state that is none. */
  restore(states: Readonly<Record<string, readonly number[]>>): void {
    const restored = new Map<string, Random>();
    for (const [name, state] of Object.entries(states)) {
      const stream = new Random(this.seed, name);
      stream.state = state;
      restored.set(name, stream);
    }
    this.#streams = restored;
  }
}
