import { sequenceOf } from 'testing';
import type { Engine } from '../wasm/engine';
import {
  type PassGradients,
  type PassInputs,
  type PassResult,
  runBackward,
  runForward,
  SequencePass,
} from '../wasm/sequence-pass';

/** Of each product: the gates of its kernel, those of its bias. */
const products = {
  lstm: [[4, 4]],
  gru: [
    [2, 2],
    [1, 1],
  ],
  gruResetAfter: [
    [2, 2],
    [1, 2],
  ],
  rnn: [[1, 1]],
} as const;

/** Inputs of a pass whose numbers are all different, with weights of a scale at which nothing saturates. */
export function passInputs(
  {
    usePeepholes,
    numProj,
    ...given
  }: Pick<PassInputs, 'kind' | 'steps' | 'batch' | 'inputs' | 'units'> &
    Partial<PassInputs> & { usePeepholes?: boolean; numProj?: number },
  seed = 1,
): PassInputs {
  const { kind, steps, batch, inputs, units } = given;
  const outputs = numProj ?? units;
  const scale = Math.sqrt(3 / (inputs + outputs));
  const draw = (size: number, at: number, by = 1) => Float32Array.from(sequenceOf(size, seed + at), (v) => v * by);
  return {
    x: draw(steps * batch * inputs, 0),
    h0: draw(batch * outputs, 1),
    c0: kind === 'lstm' ? draw(batch * units, 2) : undefined,
    products: products[kind].map(([gates, biases], p) => ({
      kernel: draw((inputs + outputs) * gates * units, 3 + 2 * p, scale),
      bias: draw(biases * units, 4 + 2 * p),
    })),
    ...(usePeepholes && { peepholes: [0, 1, 2].map((p) => draw(units, 20 + p)) }),
    ...(numProj !== undefined && { projection: draw(units * numProj, 30, Math.sqrt(3 / units)) }),
    reverse: false,
    ...given,
  };
}

/** Forward and backward on an engine, the gradients those of Σ share · result with shares that are all different. */
export function runPass(engine: Engine, inputs: PassInputs, withX = true): [PassResult, PassGradients] {
  const pass = new SequencePass(inputs, engine);
  const result = copied(runForward([pass], true)[0] as PassResult);
  const share = (values: Float32Array, seed: number) => Float32Array.from(sequenceOf(values.length, seed));
  const shares = {
    ...(result.out && { out: share(result.out, 90) }),
    h: share(result.h, 91),
    ...(result.c && { c: share(result.c, 92) }),
  };
  const [gradients] = runBackward([pass], [shares], withX);
  return [result, gradients as PassGradients];
}

/** The arrays of a result, which are views of the engine's memory, to keep. */
const copied = (result: PassResult): PassResult =>
  Object.fromEntries(Object.entries(result).map(([name, values]) => [name, values.slice()])) as unknown as PassResult;

/** All arrays of a run, by name. */
export function namedArrays([result, gradients]: [PassResult, PassGradients]): Record<string, Float32Array> {
  const { products, peepholes = [], ...others } = gradients;
  const weights = products.flatMap(({ kernel, bias }, p) => [
    [`dKernel ${p}`, kernel.slice()] as const,
    [`dBias ${p}`, bias.slice()] as const,
  ]);
  const gradient = Object.entries(others).map(([name, values]) => [`d${name}`, values.slice()] as const);
  const diagonals = peepholes.map((values, p) => [`dPeephole ${p}`, values.slice()] as const);
  return Object.fromEntries([...Object.entries(result), ...gradient, ...weights, ...diagonals]);
}
