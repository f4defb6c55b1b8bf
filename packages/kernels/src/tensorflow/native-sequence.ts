import {
  engine as core,
  type NamedTensorMap,
  registerGradient,
  registerKernel,
  type Tensor,
} from '@tensorflow/tfjs-core';
import { differentiatedOnce, freeDropped, isTaped } from '../tape';
import { type AttributesOf, nativeOps, type OutputOf, type SizesOf } from './native-ops';
import { runNative, type TensorflowBackend } from './run-native';

/** The ops that run a whole sequence, each with the op that is its gradient and how that calls the gradient of a tensor. */
const gradients = {
  CudnnRNN: { op: 'CudnnRNNBackprop', suffix: 'backprop' },
  BlockLSTM: { op: 'BlockLSTMGrad', suffix: 'grad' },
} as const;
type Name = keyof typeof gradients;

interface Attributes<Op extends Name> {
  /** For errors. */
  readonly operation: string;
  readonly sizes: SizesOf<Op>;
  /** `is_training` is whether a gradient may be asked for. */
  readonly attributes: Omit<AttributesOf<Op>, 'is_training'>;
}

const kernelNameOf = (name: Name): string => `RnnTensorflow${name}`;

/** The inputs that have a gradient, in the op's order. */
const inputsOf = (name: Name): string[] =>
  nativeOps[gradients[name].op].outputs.map((output) => output.slice(0, -gradients[name].suffix.length - 1));

/** Registers the ops as differentiable TensorFlow.js kernels. */
export function registerNativeSequences(): void {
  for (const name of Object.keys(gradients) as Name[]) register(name);
}

function register(name: Name): void {
  const kernelName = kernelNameOf(name);
  const { outputs, attributes: kinds } = nativeOps[name];
  registerKernel({
    ...{ kernelName, backendName: 'tensorflow' },
    kernelFunc: ({ inputs, attrs, backend }) => {
      const { sizes, attributes } = attrs as unknown as Attributes<Name>;
      freeDropped();
      const training = Object.hasOwn(kinds, 'is_training') && { is_training: isTaped() };
      const given = { ...attributes, ...training } as AttributesOf<Name>;
      const results = runNative(backend as TensorflowBackend, name, sizes as never, inputs as never, given);
      return Object.values(results);
    },
  });

  const { op, suffix } = gradients[name];
  const inputs = inputsOf(name);
  registerGradient({
    kernelName,
    inputsToSave: inputs,
    outputsToSave: outputs.map(() => true),
    gradFunc: (dys, saved, attrs) => {
      const { operation, sizes, attributes } = attrs as unknown as Attributes<Name>;
      differentiatedOnce(operation);
      const given = attributes as Readonly<Record<string, string | number | boolean>>;
      const results: Readonly<Record<string, Tensor>> = runNative(
        core().backend as TensorflowBackend,
        op,
        sizes as never,
        Object.fromEntries([
          ...[...inputs, ...outputs].map((input, k) => [input, saved[k]]),
          ...outputs.map((output, k) => [`${output}_${suffix}`, (dys as Tensor[])[k]]),
        ]) as never,
        Object.fromEntries(Object.keys(nativeOps[op].attributes).map((key) => [key, given[key]])) as never,
      );
      return Object.fromEntries(inputs.map((input) => [input, () => results[`${input}_${suffix}`] as Tensor]));
    },
  });
}

/** Runs an op on a whole sequence. */
export function runNativeSequence<Op extends Name>(
  name: Op,
  inputs: NamedTensorMap,
  attributes: Attributes<Op>,
): Record<OutputOf<Op>, Tensor> {
  const results = core().runKernel(kernelNameOf(name), inputs, attributes as never) as unknown as Tensor[];
  const named = nativeOps[name].outputs.map((output, k) => [output, results[k]]);
  return Object.fromEntries(named) as Record<OutputOf<Op>, Tensor>;
}
