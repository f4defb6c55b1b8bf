import type { Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core';
import { gruSequence } from './index';

// Checked by `tsc` alone and never run: each `@ts-expect-error` fails the type check where its line does compile.

declare const inputs: Tensor3D;
declare const matrix: Tensor2D;
declare const vector: Tensor1D;

/** A GRU's weights are those of where its reset gate acts. */
export function gruWeights() {
  const given = { inputs, initialState: matrix };
  const gates = { gatesKernel: matrix, gatesBias: vector };
  const before = { ...gates, candidateKernel: matrix, candidateBias: vector };
  const input = { ...gates, candidateInputKernel: matrix, candidateInputBias: vector };
  const after = { ...input, candidateHiddenKernel: matrix, candidateHiddenBias: vector };
  gruSequence({ ...given, weights: before });
  gruSequence({ ...given, weights: before, resetAfter: false });
  gruSequence({ ...given, weights: after, resetAfter: true });

  // @ts-expect-error: the weights are those of reset before
  gruSequence({ ...given, weights: before, resetAfter: true });
  // @ts-expect-error: the weights are those of reset after, which the default is not
  gruSequence({ ...given, weights: after });
  // @ts-expect-error: the same, said outright
  gruSequence({ ...given, weights: after, resetAfter: false });
  // @ts-expect-error: the share of h has a kernel and a bias of its own
  gruSequence({ ...given, weights: input, resetAfter: true });
}
