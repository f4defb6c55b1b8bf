import { pathToFileURL } from 'node:url';
import { type Tensor, type Tensor1D, type Tensor2D, type Tensor3D, tensor } from '@tensorflow/tfjs-core';
import type { Absence } from '../backend';
import { fastest } from './fastest';
import { findKernels } from './find-kernels';
import type { Timing } from './trial';

/** What this file uses of @rnn/kernels, which it does not depend on. */
interface Kernels {
  chooseKernel(
    op: 'lstmSequence',
    facts: object,
  ): { readonly kernel: { device(facts: object): string } } | { readonly kernel?: undefined; readonly reason: string };
  lstmSequence(args: {
    readonly inputs: Tensor3D;
    readonly weights: { readonly kernel: Tensor2D; readonly bias: Tensor1D };
    readonly kernel: 'fused' | 'reference';
  }): { readonly outputs: Tensor; readonly c: Tensor; readonly h: Tensor };
}

const [batchSize, steps, inputSize, numUnits] = [128, 28, 28, 128];
/** Between the fused kernel and stock operations, both in float32. */
const tolerance = 1e-4;

/** Runs an LSTM by the fused kernel of the current backend, with the @rnn/kernels of `project`. Throws where its last output is wrong. */
export async function timeLstm(project: string): Promise<(Timing & { readonly kernel: string }) | Absence> {
  const module = findKernels(project);
  if (!module) {
    return {
      reason: '@rnn/kernels is not installed here',
      remedy: 'Run npm install @rnn/kernels, or the doctor in the folder of a project that uses it.',
    };
  }
  const { chooseKernel, lstmSequence } = (await import(pathToFileURL(module).href)) as Kernels;
  const facts = { batchSize, steps, inputSize, numUnits, activation: 'tanh' };
  const choice = chooseKernel('lstmSequence', facts);
  if (!choice.kernel) return { reason: choice.reason, remedy: 'Sequences run as stock operations there.' };

  const inputs = waves([steps, batchSize, inputSize], 1) as Tensor3D;
  const kernel = waves([inputSize + numUnits, 4 * numUnits], 0.2) as Tensor2D;
  const bias = waves([4 * numUnits], 0.1) as Tensor1D;
  const lastOutput = async (mode: 'fused' | 'reference') => {
    const results = lstmSequence({ inputs, weights: { kernel, bias }, kernel: mode });
    const values = await results.h.data();
    for (const result of Object.values(results)) result.dispose();
    return values;
  };
  let fused: ArrayLike<number> = [];
  const ms = await fastest(async () => {
    fused = await lastOutput('fused');
  });
  const expected = await lastOutput('reference');
  for (const one of [inputs, kernel, bias]) one.dispose();
  const error = Math.max(...Array.from(expected, (value, k) => Math.abs(value - (fused[k] as number))));
  if (!(error < tolerance)) throw new Error(`the fused LSTM is off by ${error}`);
  return { ms, kernel: choice.kernel.device(facts) };
}

/** Numbers between -size and size, no two rows alike. */
function waves(shape: readonly number[], size: number): Tensor {
  const length = shape.reduce((product, extent) => product * extent);
  return tensor(
    Float32Array.from({ length }, (_, k) => size * Math.sin(1.7 * k + 0.3)),
    [...shape],
  );
}
