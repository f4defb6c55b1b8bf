/** T steps, B rows, D inputs, H units. */
export interface NativeSizes {
  readonly T: number;
  readonly B: number;
  readonly D: number;
  readonly H: number;
}

/** What CudnnRNN computes. */
export type CudnnMode = 'lstm' | 'gru' | 'rnn_tanh' | 'rnn_relu';

interface CudnnSizes extends NativeSizes {
  readonly mode: CudnnMode;
}

type Shape = readonly number[];
export type AttributeType = 'string' | 'int' | 'float' | 'bool';

/** An op of TensorFlow's library, all of whose tensors are float32 but `seq_len_max`. */
interface NativeOp {
  /** The shape of each input, in the order of the op; `any` where the library alone knows it. */
  readonly inputs: (sizes: never) => Readonly<Record<string, Shape | 'any' | 'int64'>>;
  /** The names of its outputs, in the order of the op. */
  readonly outputs: readonly string[];
  /** Besides `T`, the dtype. */
  readonly attributes: Readonly<Record<string, AttributeType>>;
}

const gates: Readonly<Record<CudnnMode, number>> = { lstm: 4, gru: 3, rnn_tanh: 1, rnn_relu: 1 };

const cudnnInputs = ({ T, B, D, H, mode }: CudnnSizes) => ({
  input: [T, B, D],
  ...cudnnState('input', { B, H, mode }),
  params: [gates[mode] * H * (D + H + 2)],
});

/** What has no cell passes a number in its place, which nothing reads. */
const cudnnState = <Name extends string>(name: Name, { B, H, mode }: Pick<CudnnSizes, 'B' | 'H' | 'mode'>) => {
  const shapes = { [`${name}_h`]: [1, B, H], [`${name}_c`]: mode === 'lstm' ? [1, B, H] : 'any' };
  return shapes as Record<`${Name}_h` | `${Name}_c`, Shape | 'any'>;
};

const cudnnAttributes = {
  rnn_mode: 'string',
  input_mode: 'string',
  direction: 'string',
  dropout: 'float',
  seed: 'int',
  seed2: 'int',
} as const;

const blockInputs = ({ T, B, D, H }: NativeSizes) => ({
  ...{ seq_len_max: 'int64' as const, x: [T, B, D], cs_prev: [B, H], h_prev: [B, H], w: [D + H, 4 * H] },
  ...{ wci: [H], wcf: [H], wco: [H], b: [4 * H] },
});

const gruInputs = ({ B, D, H }: NativeSizes) => ({
  ...{ x: [B, D], h_prev: [B, H], w_ru: [D + H, 2 * H], w_c: [D + H, H], b_ru: [2 * H], b_c: [H] },
});

/**
 * The recurrent ops of TensorFlow's library that are used here, as its registry has them, and the shapes that go in. A wrong shape does not
 * always come back as an error: some end the process.
 */
export const nativeOps = {
  CudnnRNN: {
    inputs: cudnnInputs,
    outputs: ['output', 'output_h', 'output_c', 'reserve_space'],
    attributes: { ...cudnnAttributes, is_training: 'bool' },
  },
  CudnnRNNBackprop: {
    inputs: (sizes: CudnnSizes) => ({
      ...cudnnInputs(sizes),
      ...{ output: [sizes.T, sizes.B, sizes.H], ...cudnnState('output', sizes) },
      output_backprop: [sizes.T, sizes.B, sizes.H],
      ...{ output_h_backprop: [1, sizes.B, sizes.H], output_c_backprop: cudnnState('output', sizes).output_c },
      reserve_space: 'any' as const,
    }),
    outputs: ['input_backprop', 'input_h_backprop', 'input_c_backprop', 'params_backprop'],
    attributes: cudnnAttributes,
  },
  /** Gates i, j, f, o. `cell_clip` clips at 3 unless it is given; 0 and less mean no clip. */
  BlockLSTM: {
    inputs: blockInputs,
    outputs: ['i', 'cs', 'f', 'o', 'ci', 'co', 'h'],
    attributes: { forget_bias: 'float', cell_clip: 'float', use_peephole: 'bool' },
  },
  /** That of BlockLSTM alone: BlockLSTMV2 has its gates in another order, and a BlockLSTMGradV2 of its own. */
  BlockLSTMGrad: {
    inputs: (sizes: NativeSizes) => {
      const each = [sizes.T, sizes.B, sizes.H];
      const kept = { i: each, cs: each, f: each, o: each, ci: each, co: each, h: each };
      return { ...blockInputs(sizes), ...kept, cs_grad: each, h_grad: each };
    },
    outputs: ['x_grad', 'cs_prev_grad', 'h_prev_grad', 'w_grad', 'wci_grad', 'wcf_grad', 'wco_grad', 'b_grad'],
    attributes: { use_peephole: 'bool' },
  },
  /** One step; gates r, u. */
  GRUBlockCell: { inputs: gruInputs, outputs: ['r', 'u', 'c', 'h'], attributes: {} },
  GRUBlockCellGrad: {
    inputs: (sizes: NativeSizes) => {
      const each = [sizes.B, sizes.H];
      return { ...gruInputs(sizes), r: each, u: each, c: each, d_h: each };
    },
    outputs: ['d_x', 'd_h_prev', 'd_c_bar', 'd_r_bar_u_bar'],
    attributes: {},
  },
} as const satisfies Record<string, NativeOp>;

export type NativeOpName = keyof typeof nativeOps;
type Op<Name extends NativeOpName> = (typeof nativeOps)[Name];
export type SizesOf<Name extends NativeOpName> = Parameters<Op<Name>['inputs']>[0];
export type InputOf<Name extends NativeOpName> = Exclude<keyof ReturnType<Op<Name>['inputs']>, 'seq_len_max'>;
export type OutputOf<Name extends NativeOpName> = Op<Name>['outputs'][number];
export type AttributesOf<Name extends NativeOpName> = {
  readonly [Attribute in keyof Op<Name>['attributes']]: string | number | boolean;
};
