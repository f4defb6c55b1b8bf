import { add, concat, mul, type Rank, sigmoid, split, sub, type Tensor2D, zeros } from '@tensorflow/tfjs-core';
import { activationFunction } from '../activation';
import { product } from '../product';
import { scan } from '../scan';
import type { GruSequenceArgs, GruSequenceResult, ResetAfterArgs, ResetBeforeArgs } from './gru-sequence';

/** `gruSequence` out of stock operations: the inputs' share of gates and candidate for many steps at once, then one or two small products a step. */
export function gruReference(args: GruSequenceArgs): GruSequenceResult {
  return args.resetAfter ? resetAfter(args) : resetBefore(args);
}

function resetBefore(args: ResetBeforeArgs): GruSequenceResult {
  const { inputs, weights, activation = 'tanh' } = args;
  const act = activationFunction(activation);
  const D = inputs.shape[2];
  const H = weights.candidateBias.shape[0];
  const initialState = args.initialState ?? zeros<Rank.R2>([inputs.shape[1], H]);
  const [gatesInput, gatesState] = split(weights.gatesKernel, [D, H], 0) as [Tensor2D, Tensor2D];
  const [candidateInput, candidateState] = split(weights.candidateKernel, [D, H], 0) as [Tensor2D, Tensor2D];
  const timesInputKernels = product(concat([gatesInput, candidateInput], 1));
  const timesGatesState = product(gatesState);
  const timesCandidateState = product(candidateState);
  const bias = concat([weights.gatesBias, weights.candidateBias]);

  const { outputs, state } = scan(args, {
    initialState: [initialState],
    outputSize: H,
    project: (x) => add(timesInputKernels(x), bias),
    step: (projected, [last]) => {
      const h = last as Tensor2D;
      const [gatesShare, candidateShare] = split(projected, [2 * H, H], 1) as [Tensor2D, Tensor2D];
      const [r, u] = split(sigmoid(add<Tensor2D>(gatesShare, timesGatesState(h))), 2, 1) as [Tensor2D, Tensor2D];
      const n = act(add<Tensor2D>(candidateShare, timesCandidateState(mul<Tensor2D>(r, h))));
      return updated(h, u, n);
    },
  });
  return { outputs, h: state[0] as Tensor2D };
}

function resetAfter(args: ResetAfterArgs): GruSequenceResult {
  const { inputs, weights, activation = 'tanh' } = args;
  const act = activationFunction(activation);
  const D = inputs.shape[2];
  const H = weights.candidateInputBias.shape[0];
  const initialState = args.initialState ?? zeros<Rank.R2>([inputs.shape[1], H]);
  const [gatesInput, gatesState] = split(weights.gatesKernel, [D, H], 0) as [Tensor2D, Tensor2D];
  const timesInputKernels = product(concat([gatesInput, weights.candidateInputKernel], 1));
  const timesStateKernels = product(concat([gatesState, weights.candidateHiddenKernel], 1));
  const bias = concat([weights.gatesBias, weights.candidateInputBias]);

  const { outputs, state } = scan(args, {
    initialState: [initialState],
    outputSize: H,
    project: (x) => add(timesInputKernels(x), bias),
    step: (projected, [last]) => {
      const h = last as Tensor2D;
      const [gatesShare, candidateShare] = split(projected, [2 * H, H], 1) as [Tensor2D, Tensor2D];
      const [gatesOfH, candidateOfH] = split(timesStateKernels(h), [2 * H, H], 1) as [Tensor2D, Tensor2D];
      const [r, u] = split(sigmoid(add<Tensor2D>(gatesShare, gatesOfH)), 2, 1) as [Tensor2D, Tensor2D];
      const n = act(add<Tensor2D>(candidateShare, mul(r, add(candidateOfH, weights.candidateHiddenBias))));
      return updated(h, u, n);
    },
  });
  return { outputs, h: state[0] as Tensor2D };
}

/** A step's output and state: u ⊙ h + (1 - u) ⊙ n. */
function updated(h: Tensor2D, u: Tensor2D, n: Tensor2D): [Tensor2D, Tensor2D[]] {
  const newH = add<Tensor2D>(mul(u, h), mul(sub(1, u), n));
  return [newH, [newH]];
}
