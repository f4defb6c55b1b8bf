import { backend, type Tensor, tidy, zeros } from '@tensorflow/tfjs-core';
import { describe, expect, test } from 'vitest';
import { cudnnConstants } from './cudnn-constants';
import { type CudnnMode, type NativeOpName, nativeOps } from './native-ops';
import { runNative, type TensorflowBackend } from './run-native';

const sizes = { T: 3, B: 2, D: 4, H: 5, mode: 'lstm' as CudnnMode };
const library = () =>
  backend() as TensorflowBackend & {
    isUsingGpuDevice: boolean;
    binding: Record<string, number> & { getNumOfTensors(): number };
  };
/** T as the library takes it. */
const int64 = (): Tensor => {
  const dataId = library().write(Int32Array.of(sizes.T, 0), [], 'int64' as 'int32');
  return { dataId, shape: [], dtype: 'int64' } as unknown as Tensor;
};
const ops = Object.keys(nativeOps) as NativeOpName[];

const message = (call: () => unknown): string => {
  try {
    call();
  } catch (error) {
    return (error as Error).message;
  }
  return 'no error';
};

/** The inputs and outputs that TensorFlow's registry has of an op: it quotes them in its error for a dtype that cannot be. */
function registryOf(op: string): string[][] {
  const { TF_ATTR_TYPE, TF_STRING } = library().binding as Record<string, number>;
  const dtype = { name: 'T', type: TF_ATTR_TYPE as number, value: TF_STRING as number };
  const quoted = message(() => library().executeMultipleOutputs(op, [dtype], [zeros([1])], 1));
  return (
    /signature=(.*?) -> (.*?);/
      .exec(quoted)
      ?.slice(1, 3)
      .map((list) => list.split(', ')) ?? []
  );
}

/** Zeros of the shapes that the op takes. */
function zerosFor(op: NativeOpName, mode: CudnnMode = 'lstm'): Record<string, Tensor> {
  const shapes = Object.entries(nativeOps[op].inputs({ ...sizes, mode }));
  return Object.fromEntries(
    shapes.flatMap(([name, shape]) =>
      shape === 'int64' ? [] : [[name, zeros(shape === 'any' ? [] : (shape as number[]))] as const],
    ),
  );
}

const attributesFor = (op: NativeOpName, mode: CudnnMode = 'lstm'): never => {
  const all = { ...cudnnConstants(mode), is_training: true, forget_bias: 1, cell_clip: -1, use_peephole: true };
  const names = Object.keys(nativeOps[op].attributes) as (keyof typeof all)[];
  return Object.fromEntries(names.map((name) => [name, all[name]])) as never;
};

const run = (op: NativeOpName, inputs: Record<string, Tensor>, mode: CudnnMode = 'lstm') =>
  runNative(library(), op, { ...sizes, mode }, inputs as never, attributesFor(op, mode));

describe('in TensorFlow, an op of the library', () => {
  test.each(ops)('%s takes and gives what the registry says, in its order', (op) => {
    const [inputs, outputs] = registryOf(op);
    const names = Object.keys(nativeOps[op].inputs(sizes));
    expect(inputs).toEqual(names.map((name) => `${name}:${name === 'seq_len_max' ? 'int64' : 'T'}`));
    // float32 all: tfjs-node can hand out no int8, which the newer versions of CudnnRNN give.
    expect(outputs).toEqual(nativeOps[op].outputs.map((name) => `${name}:T`));
  });

  const attributes = ops.flatMap((op) =>
    Object.entries(nativeOps[op].attributes).map((pair) => [op, ...pair] as const),
  );
  test.each(attributes)('%s has an attribute %s, a %s', (op, name, type) => {
    // The library passes over attributes that it does not know, so each is asked for with a type that it has not.
    const { TF_ATTR_BOOL, TF_ATTR_INT, TF_FLOAT, TF_ATTR_TYPE } = library().binding as Record<string, number>;
    const wrong = {
      name,
      ...(type === 'bool' ? { type: TF_ATTR_INT, value: 1 } : { type: TF_ATTR_BOOL, value: true }),
    };
    const dtype = { name: 'T', type: TF_ATTR_TYPE, value: TF_FLOAT };
    const inputs = Object.values(zerosFor(op));
    if (op.startsWith('BlockLSTM')) inputs.unshift(int64());
    expect(message(() => library().executeMultipleOutputs(op, [dtype, wrong] as never, inputs, 1))).toContain(
      `AttrValue had value with type '${type === 'bool' ? 'int' : 'bool'}' when '${type}' expected\n\t for attr '${name}'`,
    );
  });

  test.each(['BlockLSTM', 'BlockLSTMGrad', 'GRUBlockCell', 'GRUBlockCellGrad'] as const)(
    '%s runs on a CPU, and leaves what it gives alone behind',
    (op) => {
      const inputs = zerosFor(op);
      const outputs = Object.values(run(op, inputs));
      const before = library().binding.getNumOfTensors();
      for (let k = 0; k < 3; k++) for (const output of Object.values(run(op, inputs))) output.dispose();
      expect(library().binding.getNumOfTensors()).toBe(before);
      expect(outputs).toHaveLength(nativeOps[op].outputs.length);
    },
  );

  if (!library().isUsingGpuDevice)
    test.each(['lstm', 'gru', 'rnn_tanh', 'rnn_relu'] as const)(
      'CudnnRNN and its gradient in mode %s are refused for want of a CUDA device alone, which is asked for last',
      (mode) => {
        for (const op of ['CudnnRNN', 'CudnnRNNBackprop'] as const) {
          const training = op === 'CudnnRNN' ? 'is_training=true, ' : '';
          expect(() => tidy(() => run(op, zerosFor(op, mode), mode))).toThrow(
            `Could not find device for node: {{node ${op}}} = ${op}[T=DT_FLOAT, direction="unidirectional", dropout=0, input_mode="linear_input", ${training}rnn_mode="${mode}", seed=0, seed2=0]`,
          );
        }
      },
    );

  test('before a device is asked for, an attribute, a dtype or an input that is missing is', () => {
    const [inputs, attributes] = [zerosFor('CudnnRNN'), attributesFor('CudnnRNN') as object];
    const call = (more: object) =>
      runNative(library(), 'CudnnRNN', sizes, inputs as never, { ...attributes, ...more } as never);
    expect(() => call({ rnn_mode: 'elman' })).toThrow('Value for attr \'rnn_mode\' of "elman" is not in the list');
    expect(() => library().executeMultipleOutputs('CudnnRNN', [], [inputs.input as Tensor], 4)).toThrow(
      /do not match 1 inputs|missing attr/,
    );
  });

  test.each<[NativeOpName, string, number[], string]>([
    ['BlockLSTM', 'x', [4, 2, 4], 'BlockLSTM: expected x to have shape [3, 2, 4], got [4, 2, 4]'],
    ['BlockLSTM', 'w', [9, 19], 'BlockLSTM: expected w to have shape [9, 20], got [9, 19]'],
    ['BlockLSTM', 'wci', [4], 'BlockLSTM: expected wci to have shape [5], got [4]'],
    ['BlockLSTMGrad', 'cs_grad', [2, 2, 5], 'BlockLSTMGrad: expected cs_grad to have shape [3, 2, 5], got [2, 2, 5]'],
    ['GRUBlockCell', 'b_ru', [5], 'GRUBlockCell: expected b_ru to have shape [10], got [5]'],
    ['CudnnRNN', 'params', [219], 'CudnnRNN: expected params to have shape [220], got [219]'],
  ])('%s with a wrong %s never reaches the library, which some wrong shapes would end', (op, name, shape, message) => {
    expect(() => run(op, { ...zerosFor(op), [name]: zeros(shape) })).toThrow(
      expect.objectContaining({ name: 'KernelError', message }),
    );
  });

  test('a dtype that is none of the op’s neither', () => {
    const inputs = { ...zerosFor('BlockLSTM'), x: zeros([3, 2, 4], 'int32') };
    expect(() => run('BlockLSTM', inputs)).toThrow('BlockLSTM: expected x of dtype float32, got int32. Cast it first.');
  });

  test('an op that fails leaves no scalar behind', () => {
    const inputs = zerosFor('BlockLSTM');
    run('BlockLSTM', inputs);
    const before = [library().binding.getNumOfTensors(), library().numDataIds()];
    const call = () =>
      runNative(
        library(),
        'BlockLSTM',
        sizes,
        inputs as never,
        { ...(attributesFor('BlockLSTM') as object), use_peephole: 'no' } as never,
      );
    expect(call).toThrow();
    expect([library().binding.getNumOfTensors(), library().numDataIds()]).toEqual(before);
  });
});
