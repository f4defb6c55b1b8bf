import {
  add,
  clipByValue,
  mul,
  type Rank,
  sigmoid,
  split,
  type Tensor1D,
  type Tensor2D,
  zeros,
} from '@tensorflow/tfjs-core';
import { activationFunction } from '../activation';
import { product } from '../product';
import { scan } from '../scan';
import type { LstmSequenceArgs, LstmSequenceResult } from './lstm-sequence';

/** `lstmSequence` out of stock operations: the inputs' share of the gates for many steps at once, then one small product a step. */
export function lstmReference(args: LstmSequenceArgs): LstmSequenceResult {
  const { weights, forgetBias = 1, cellClip, projClip, activation = 'tanh' } = args;
  const act = activationFunction(activation);
  const { bias, peepholes, projection } = weights;
  const [rows, units] = [args.inputs.shape[1], bias.shape[0] / 4];
  const initialState = args.initialState ?? {
    c: zeros<Rank.R2>([rows, units]),
    h: zeros<Rank.R2>([rows, projection?.shape[1] ?? units]),
  };
  const inputSize = args.inputs.shape[2];
  const [inputKernel, stateKernel] = split(weights.kernel, [inputSize, weights.kernel.shape[0] - inputSize], 0) as [
    Tensor2D,
    Tensor2D,
  ];
  const timesInputKernel = product(inputKernel);
  const timesStateKernel = product(stateKernel);
  const project = projection && product(projection);
  const peep = (gate: Tensor2D, peephole: Tensor1D | undefined, c: Tensor2D): Tensor2D =>
    peephole === undefined ? gate : add(gate, mul(c, peephole));

  const { outputs, state } = scan(args, {
    initialState: [initialState.c, initialState.h],
    outputSize: initialState.h.shape[1],
    project: (x) => add(timesInputKernel(x), bias),
    step: (projected, [c, h]) => {
      const gates = add<Tensor2D>(projected, timesStateKernel(h as Tensor2D));
      const [i, j, f, o] = split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
      const old = c as Tensor2D;
      const kept = mul(old, sigmoid(peep(add(f, forgetBias), peepholes?.f, old)));
      const newC = clip(add<Tensor2D>(kept, mul(sigmoid(peep(i, peepholes?.i, old)), act(j))), cellClip);
      const m = mul<Tensor2D>(sigmoid(peep(o, peepholes?.o, newC)), act(newC));
      const newH = project === undefined ? m : clip(project(m), projClip);
      return [newH, [newC, newH]];
    },
  });
  return { outputs, c: state[0] as Tensor2D, h: state[1] as Tensor2D };
}

const clip = (x: Tensor2D, limit: number | undefined): Tensor2D =>
  limit === undefined ? x : clipByValue(x, -limit, limit);
