import { backend, type Tensor, type TensorInfo, tensor } from '@tensorflow/tfjs-core';
import { vi } from 'vitest';
import { type NativeOpName, nativeOps } from '../tensorflow/native-ops';
import type { TensorflowBackend } from '../tensorflow/run-native';
import { type CudnnSizes, cudnn64, type Mode } from './cudnn64';

/** Of the differences: in float64 so small a step loses nothing to rounding, and seldom crosses the kink of relu. */
const step = 2 ** -18;

/** A number that the forward op leaves for the backward op. */
const reserved = 0.625;

/**
 * Where TensorFlow has no GPU, puts `cudnn64` in the place of CudnnRNN and CudnnRNNBackprop, for which a CPU has no kernel: the gradients are
 * its central differences. Every other op goes to the library. Gives what counts the calls.
 */
export function simulateCudnn() {
  const library = backend() as TensorflowBackend & { readonly isUsingGpuDevice: boolean };
  const execute = library.executeMultipleOutputs.bind(library);
  const calls = vi.spyOn(library, 'executeMultipleOutputs');
  if (library.isUsingGpuDevice) return calls;
  return calls.mockImplementation((op, attributes, inputs, outputs) => {
    if (op !== 'CudnnRNN' && op !== 'CudnnRNNBackprop') return execute(op, attributes, inputs, outputs);
    const attribute = (wanted: string) => attributes.find(({ name }) => name === wanted)?.value;
    const given = named(library, op, inputs);
    const mode = attribute('rnn_mode') as Mode;
    const results = op === 'CudnnRNN' ? forward(mode, given, attribute('is_training') === true) : backward(mode, given);
    return (nativeOps[op].outputs as readonly string[]).map((name) => results[name] as Tensor);
  });
}

type Given = Readonly<Record<string, { readonly values: number[]; readonly shape: number[] }>>;
type Results = Readonly<Record<string, Tensor>>;
type Operands = Record<'input' | 'input_h' | 'input_c' | 'params', number[]>;

function named(library: TensorflowBackend, op: NativeOpName, inputs: readonly TensorInfo[]): Given {
  const names = Object.keys(nativeOps[op].inputs({ T: 1, B: 1, D: 1, H: 1, mode: 'lstm' }));
  const entries = names.map((name, k) => {
    const { dataId, shape } = inputs[k] as TensorInfo;
    return [name, { values: Array.from(library.readSync(dataId) as Float32Array), shape }];
  });
  return Object.fromEntries(entries);
}

const operandsOf = ({ input, input_h, input_c, params }: Given): Operands => ({
  ...{ input: input?.values ?? [], input_h: input_h?.values ?? [] },
  ...{ input_c: input_c?.values ?? [], params: params?.values ?? [] },
});

const sizesOf = ({ input, input_h }: Given): CudnnSizes => {
  const [T = 0, B = 0, D = 0] = input?.shape ?? [];
  return { T, B, D, H: input_h?.shape[2] ?? 0 };
};

const compute = (mode: Mode, sizes: CudnnSizes, { input, input_h, input_c, params }: Operands) =>
  cudnn64(mode, sizes, input, input_h, input_c, params);

function forward(mode: Mode, given: Given, training: boolean): Results {
  const sizes = sizesOf(given);
  const { T, B, H } = sizes;
  const { output, output_h, output_c } = compute(mode, sizes, operandsOf(given));
  return {
    output: tensor(output, [T, B, H]),
    output_h: tensor(output_h, [1, B, H]),
    output_c: tensor(output_c, mode === 'lstm' ? [1, B, H] : []),
    reserve_space: tensor(training ? [reserved] : [], [training ? 1 : 0], 'float32'),
  };
}

function backward(mode: Mode, given: Given): Results {
  const sizes = sizesOf(given);
  const operands = operandsOf(given);
  const was = compute(mode, sizes, operands);
  for (const [name, values] of Object.entries({ ...was, reserve_space: [reserved] }))
    if (String(given[name]?.values.map(Math.fround)) !== String(values.map(Math.fround)))
      throw new Error(`simulateCudnn: ${name} is not what the forward op gave`);
  const shares = ['output', 'output_h', ...(mode === 'lstm' ? ['output_c'] : [])] as (keyof typeof was)[];
  const loss = (at: Operands): number => {
    const results = compute(mode, sizes, at);
    return shares
      .flatMap((name) => results[name].map((value, k) => value * (given[`${name}_backprop`]?.values[k] as number)))
      .reduce((sum, term) => sum + term, 0);
  };
  const gradients = Object.keys(operands).map((name) => {
    const values = operands[name as keyof Operands];
    const slopes = values.map((_, k) => {
      const beside = (by: number): number =>
        loss({ ...operands, [name]: values.map((v, i) => (i === k ? v + by : v)) });
      return (beside(step) - beside(-step)) / (2 * step);
    });
    return [`${name}_backprop`, tensor(Float32Array.from(slopes), given[name]?.shape)];
  });
  return Object.fromEntries(gradients);
}
