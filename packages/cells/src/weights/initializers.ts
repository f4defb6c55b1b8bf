import { Random } from '../random';
import { countOf } from '../tensor-shape';

/**
 * Makes the first values of a variable, row-major. `random` is a generator of the variable's own, seeded by its store; an initializer that
 * was given a seed uses that instead, as in TensorFlow.
 */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

interface Seeded {
  seed?: number | undefined;
}

function filled(shape: readonly number[], draw: () => number): Float32Array {
  return Float32Array.from({ length: countOf(shape) }, draw);
}

function seeded(seed: number | undefined, random: Random): Random {
  return seed === undefined ? random : new Random(seed);
}

/** All 0. */
export const zeros = (): Initializer => constant(0);

/** All 1. */
export const ones = (): Initializer => constant(1);

/** All `value`. */
export function constant(value: number): Initializer {
  return (shape) => new Float32Array(countOf(shape)).fill(value);
}

/** Uniform in [minval, maxval). TensorFlow 1's defaults: 0 and 1. */
export function randomUniform({
  minval = 0,
  maxval = 1,
  seed,
}: { minval?: number; maxval?: number } & Seeded = {}): Initializer {
  return (shape, random) => {
    const generator = seeded(seed, random);
    return filled(shape, () => generator.uniform(minval, maxval));
  };
}

/** Normal. TensorFlow 1's defaults: mean 0, standard deviation 1. */
export function randomNormal({
  mean = 0,
  stddev = 1,
  seed,
}: { mean?: number; stddev?: number } & Seeded = {}): Initializer {
  return (shape, random) => {
    const generator = seeded(seed, random);
    return filled(shape, () => mean + stddev * generator.normal());
  };
}

/** Normal, drawn again where a value lies more than two standard deviations from the mean. */
export function truncatedNormal({
  mean = 0,
  stddev = 1,
  seed,
}: { mean?: number; stddev?: number } & Seeded = {}): Initializer {
  return (shape, random) => {
    const generator = seeded(seed, random);
    const draw = (): number => {
      for (;;) {
        const value = generator.normal();
        if (Math.abs(value) <= 2) return mean + stddev * value;
      }
    };
    return filled(shape, draw);
  };
}

/**
 * Uniform in ±√(6 / (fanIn + fanOut)), the fans being the last two axes, or twice the one axis of a vector (Glorot & Bengio 2010).
 * TensorFlow 1's default for every variable without an initializer.
 */
export function glorotUniform({ seed }: Seeded = {}): Initializer {
  return (shape, random) => {
    const fanOut = shape.at(-1) ?? 1;
    const fanIn = shape.at(-2) ?? fanOut;
    const receptiveField = countOf(shape.slice(0, -2));
    const limit = Math.sqrt(6 / ((fanIn + fanOut) * receptiveField));
    return randomUniform({ minval: -limit, maxval: limit, seed })(shape, random);
  };
}
