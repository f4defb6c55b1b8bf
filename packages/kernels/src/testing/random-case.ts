import { type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, tidy, transpose } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import type { KernelMode } from '../fused-kernels';
import { gruSequence } from '../gru/gru-sequence';
import { lstmSequence } from '../lstm/lstm-sequence';
import { rnnSequence } from '../rnn/rnn-sequence';
import { gru64, gruResetAfter64, lstm64, rnn64 } from './float64-sequences';
import type { SequenceCase } from './sequence-case';

export const kinds = ['lstm', 'gru', 'gruResetAfter', 'rnn'] as const;

/** A recurrence with sizes and options that the engine has. */
export interface EngineCase {
  readonly kind: (typeof kinds)[number];
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly H: number;
  readonly lengths?: readonly number[];
  readonly reverse: boolean;
  readonly forgetBias: number;
  readonly relu: boolean;
  readonly peepholes?: boolean;
  /** The width of an LSTM's projection. */
  readonly P?: number;
  readonly cellClip?: number;
  readonly projClip?: number;
  /** Without an initial state. */
  readonly fromZero?: boolean;
  /** What only the engine is asked for; the reference runs without. */
  readonly batchMajor?: boolean;
  readonly swapMemory?: boolean;
  readonly seed: number;
}

export const show = ({ kind, T, B, D, H, lengths, reverse, forgetBias, relu, ...more }: EngineCase): string =>
  [
    `${kind} T ${T} B ${B} D ${D} H ${H}`,
    ...(lengths === undefined ? [] : [`lengths ${lengths}`]),
    ...(reverse ? ['reversed'] : []),
    ...(kind === 'lstm' ? [`forget bias ${forgetBias}`] : []),
    ...(relu ? ['relu'] : []),
    ...(more.peepholes ? ['peepholes'] : []),
    ...(more.P === undefined ? [] : [`projected to ${more.P}`]),
    ...(more.cellClip === undefined ? [] : [`c clipped at ${more.cellClip}`]),
    ...(more.projClip === undefined ? [] : [`h clipped at ${more.projClip}`]),
    ...(more.fromZero ? ['from zero'] : []),
    ...(more.batchMajor ? ['batch-major'] : []),
    ...(more.swapMemory ? ['few states kept'] : []),
  ].join(', ');

/** A case that follows from its number. */
export function randomCase(kind: EngineCase['kind'], seed: number): EngineCase {
  const draws = sequenceOf(64, 1000 + seed).map((v) => (v + 1) / 2);
  let next = 0;
  const below = (n: number): number => Math.floor((draws[next++ % 24] as number) * n);
  const pick = <V>(...values: readonly V[]): V => values[below(values.length)] as V;
  const T = 1 + below(9);
  const B = pick(1, 2, 3, 4, 5, 6, 7, 8, 9, 40, 43, 127);
  const drawnLengths = Array.from({ length: B }, (_, b) =>
    Math.floor((draws[(b * 7 + seed) % 64] as number) * (T + 1)),
  );
  // A length of 0 and one of T are among them, where there is room for both; and one that is not 0, as the reference has no gradient else.
  const lengths = drawnLengths.map((length, b) => (b === 0 ? Math.max(1, length) : b === 1 ? 0 : b === 2 ? T : length));
  return {
    ...{ kind, T, B, D: 1 + below(12), H: pick(1, 3, 7, 8, 9, 16, 30, 68), seed },
    ...(pick(true, true, false) && { lengths }),
    ...{ reverse: pick(true, false), forgetBias: pick(0, 1, -1.5, 2), relu: kind === 'rnn' && pick(true, false) },
    ...{ fromZero: pick(true, false), batchMajor: pick(true, false), swapMemory: pick(true, false) },
  };
}

/** An LSTM with peepholes, projection and clips, any of them, that follows from its number. The limits clip some values and spare others. */
export function randomWholeLstm(seed: number): EngineCase {
  const draws = sequenceOf(5, 5000 + seed).map((v) => (v + 1) / 2);
  const pick = <V>(k: number, ...values: readonly V[]): V =>
    values[Math.floor((draws[k] as number) * values.length)] as V;
  const [P, cellClip, projClip] = [
    pick(0, undefined, 1, 5, 8, 17),
    pick(1, undefined, 0.3, 0.6),
    pick(2, undefined, 0.3, 0.6),
  ];
  return {
    ...{ ...randomCase('lstm', seed), peepholes: pick(3, true, false) },
    ...(P !== undefined && { P }),
    ...(cellClip !== undefined && { cellClip }),
    ...(projClip !== undefined && { projClip }),
  };
}

/** By what it draws, a function that gives a case for each number. */
export const randomDraws: [string, (seed: number) => EngineCase][] = [
  ...kinds.map((kind): [string, (seed: number) => EngineCase] => [kind, (seed) => randomCase(kind, seed)]),
  ['lstm with peepholes, projection and clips', randomWholeLstm],
];

/** The case as an operation, run by `kernel`. */
export function sequenceOfCase(engineCase: EngineCase, kernel: KernelMode): SequenceCase {
  const { kind, T, B, D, H, lengths, reverse, forgetBias, relu, peepholes, cellClip, projClip } = engineCase;
  const P = engineCase.P ?? H;
  const sizes = { T, B, D, H, P };
  const clips = { ...(cellClip !== undefined && { cellClip }), ...(projClip !== undefined && { projClip }) };
  const schedule = { reverse, ...(lengths && { lengths }) };
  const fused = kernel === 'fused';
  const batchMajor = fused && engineCase.batchMajor === true;
  const options = { ...schedule, kernel, timeMajor: !batchMajor, swapMemory: fused && engineCase.swapMemory === true };
  const act = relu ? (x: number) => Math.max(0, x) : Math.tanh;
  const inputs = { inputs: [T, B, D] };
  const state = engineCase.fromZero ? {} : { ...(kind === 'lstm' && { c: [B, H] }), h: [B, P] };
  const zeros = { c: new Array<number>(B * H).fill(0), h: new Array<number>(B * P).fill(0) };
  const as = <X extends Tensor>(t: Tensor | undefined): X => t as X;
  const swap = (x: Tensor | undefined) => (batchMajor ? transpose(as<Tensor3D>(x), [1, 0, 2]) : as<Tensor3D>(x));
  /** Runs with the inputs in the case's layout, and gives outputs that are time-major. */
  const run = (operation: (x: Tensor3D, t: Readonly<Record<string, Tensor>>) => { outputs: Tensor3D }) => {
    return (t: Readonly<Record<string, Tensor>>): Record<string, Tensor> =>
      tidy(() => {
        const { outputs, ...others } = operation(swap(t.inputs), t);
        return { outputs: swap(outputs), ...others };
      });
  };
  const initial = (h: Tensor | undefined) => h && { initialState: as<Tensor2D>(h) };
  switch (kind) {
    case 'lstm':
      return {
        shapes: {
          ...{ ...inputs, ...state, kernel: [D + P, 4 * H], bias: [4 * H] },
          ...(peepholes && { f: [H], i: [H], o: [H] }),
          ...(engineCase.P !== undefined && { projection: [H, P] }),
        },
        run: run((x, t) =>
          lstmSequence({
            ...{ ...options, ...clips, forgetBias, inputs: x },
            ...(t.c && { initialState: { c: as<Tensor2D>(t.c), h: as<Tensor2D>(t.h) } }),
            weights: {
              ...{ kernel: as<Tensor2D>(t.kernel), bias: as<Tensor1D>(t.bias) },
              ...(t.f && { peepholes: { f: as<Tensor1D>(t.f), i: as<Tensor1D>(t.i), o: as<Tensor1D>(t.o) } }),
              ...(t.projection && { projection: as<Tensor2D>(t.projection) }),
            },
          }),
        ),
        float64: (values) => lstm64(sizes, { ...zeros, ...values }, { ...schedule, ...clips, forgetBias }),
      };
    case 'gru':
      return {
        shapes: {
          ...{ ...inputs, ...state, gatesKernel: [D + H, 2 * H], gatesBias: [2 * H] },
          ...{ candidateKernel: [D + H, H], candidateBias: [H] },
        },
        run: run((x, t) =>
          gruSequence({
            ...{ ...options, inputs: x, ...initial(t.h) },
            weights: {
              ...{ gatesKernel: as<Tensor2D>(t.gatesKernel), gatesBias: as<Tensor1D>(t.gatesBias) },
              ...{ candidateKernel: as<Tensor2D>(t.candidateKernel), candidateBias: as<Tensor1D>(t.candidateBias) },
            },
          }),
        ),
        float64: (values) => gru64(sizes, { ...zeros, ...values }, schedule),
      };
    case 'gruResetAfter':
      return {
        shapes: {
          ...{ ...inputs, ...state, gatesKernel: [D + H, 2 * H], gatesBias: [2 * H] },
          ...{ candidateInputKernel: [D, H], candidateInputBias: [H] },
          ...{ candidateHiddenKernel: [H, H], candidateHiddenBias: [H] },
        },
        run: run((x, t) =>
          gruSequence({
            ...{ ...options, inputs: x, ...initial(t.h), resetAfter: true },
            weights: {
              ...{ gatesKernel: as<Tensor2D>(t.gatesKernel), gatesBias: as<Tensor1D>(t.gatesBias) },
              candidateInputKernel: as<Tensor2D>(t.candidateInputKernel),
              candidateInputBias: as<Tensor1D>(t.candidateInputBias),
              candidateHiddenKernel: as<Tensor2D>(t.candidateHiddenKernel),
              candidateHiddenBias: as<Tensor1D>(t.candidateHiddenBias),
            },
          }),
        ),
        float64: (values) => gruResetAfter64(sizes, { ...zeros, ...values }, schedule),
      };
    case 'rnn':
      return {
        shapes: { ...inputs, ...state, kernel: [D + H, H], bias: [H] },
        run: run((x, t) =>
          rnnSequence({
            ...{ ...options, inputs: x, ...initial(t.h) },
            ...{ activation: relu ? 'relu' : 'tanh' },
            weights: { kernel: as<Tensor2D>(t.kernel), bias: as<Tensor1D>(t.bias) },
          }),
        ),
        float64: (values) => rnn64(sizes, { ...zeros, ...values }, { ...schedule, act }),
      };
  }
}

/** What the case is given: numbers that are all different, kernels of a scale at which a long sequence does not saturate. */
export function valuesOfCase({ D, H, P = H, seed }: EngineCase, { shapes }: SequenceCase): Record<string, number[]> {
  const scale = Math.sqrt(3 / (D + P));
  return Object.fromEntries(
    Object.entries(shapes).map(([name, shape], k) => {
      const by = /kernel/i.test(name) ? scale : 1;
      return [
        name,
        sequenceOf(
          shape.reduce((product, n) => product * n, 1),
          seed * 20 + k,
        ).map((v) => v * by),
      ];
    }),
  );
}
