import {
  add,
  concat,
  matMul,
  mul,
  type Rank,
  reshape,
  sigmoid,
  split,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
  tanh,
} from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import { checkOptions } from '../check-options';
import { checkCount, checkFinite, checkFlags, checkThat } from '../checks';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { LSTMStateTuple } from '../state';
import { type SizeOf, TensorShape } from '../tensor-shape';
import { zeros } from '../weights/initializers';
import { patches } from './patches';

export interface ConvLSTMCellOptions extends Omit<LayerOptions, 'inputSize'> {
  /** The shape of the inputs without B, the channels C last. */
  inputShape: readonly number[];
  /** H, the channels of the state. */
  outputChannels: number;
  /** How many places the kernel spans along each axis. */
  kernelShape: readonly number[];
  /** Whether something is added to the convolution. Default: true. */
  useBias?: boolean;
  /** Whether the inputs' channels are put after the output's. Default: false. */
  skipConnection?: boolean;
  /** Added to the forget gate at run time; not part of the `biases` variable. Default: 1. */
  forgetBias?: number;
}

/** Inputs, outputs and states of convolutions over 1, 2 and 3 axes: `[B, …places, channels]`. */
export interface ConvTensors {
  1: Tensor3D;
  2: Tensor4D;
  3: Tensor5D;
}

type ConvLSTMWeight = 'kernel' | 'biases';

/**
 * Convolutional LSTM (Shi et al. 2015, https://arxiv.org/abs/1506.04214; no peepholes): an LSTM at every place of an image, which sees what lies around
 * it.
 *
 *     i, j, f, o = split([x, h] * kernel + biases, 4)        *: convolution, stride 1, zeros beyond the edges; gate order of TensorFlow 1
 *     c' = c ⊙ σ(f + forgetBias) + σ(i) ⊙ tanh(j)
 *     h' = tanh(c') ⊙ σ(o)
 *
 * `N` is how many axes are convolved over. Inputs: `[B, …places, C]`; state: `{ c, h }`, each `[B, …places, H]`; output: h', with `skipConnection`
 * `[h', x]`, `[B, …places, H + C]`. (TensorFlow puts x into its state as well then, which is not the size that it declares, so that its cell
 * runs in no runner.) Weights: `kernel […kernelShape, C + H, 4H]`, `biases [4H]`. Throws `ArgumentError` for another N than 1, 2 or 3 and for shapes that are not
 * of N axes.
 */
export class ConvLSTMCell<N extends keyof ConvTensors> extends LayerRNNCell<
  LSTMStateTuple<ConvTensors[N]>,
  ConvLSTMWeight,
  ConvTensors[N],
  ConvTensors[N]
> {
  override readonly inputShape: TensorShape;
  readonly stateSize: LSTMStateTuple<TensorShape>;
  readonly outputSize: SizeOf<ConvTensors[N]>;
  readonly kernelShape: readonly number[];
  readonly useBias: boolean;
  readonly skipConnection: boolean;
  readonly forgetBias: number;

  constructor(convNdims: N, options: ConvLSTMCellOptions) {
    const where = new.target.name;
    checkThat([1, 2, 3].includes(convNdims), where, 'convNdims to be 1, 2 or 3', convNdims);
    checkOptions(where, options);
    checkFlags(where, options, 'useBias', 'skipConnection');
    const { inputShape, outputChannels, kernelShape, forgetBias = 1 } = options;
    checkDims(where, 'inputShape', inputShape, convNdims + 1);
    checkCount(where, 'outputChannels', outputChannels);
    checkDims(where, 'kernelShape', kernelShape, convNdims);
    checkFinite(where, 'forgetBias', forgetBias);
    super(outputChannels, 'conv_lstm_cell', options);
    const places = inputShape.slice(0, -1);
    this.inputShape = new TensorShape(inputShape);
    const size = new TensorShape([...places, outputChannels]);
    this.stateSize = new LSTMStateTuple(size, size);
    this.useBias = options.useBias ?? true;
    this.skipConnection = options.skipConnection ?? false;
    const outputs = outputChannels + (this.skipConnection ? (inputShape.at(-1) as number) : 0);
    this.outputSize = new TensorShape([...places, outputs]) as SizeOf<ConvTensors[N]>;
    this.kernelShape = kernelShape;
    this.forgetBias = forgetBias;
  }

  protected declareWeights(C: number): Record<ConvLSTMWeight, WeightDeclaration> {
    const H = this.numUnits;
    return {
      kernel: { shape: [...this.kernelShape, C + H, 4 * H] },
      ...(this.useBias && { biases: { shape: [4 * H], initializer: zeros() } }),
    } as Record<ConvLSTMWeight, WeightDeclaration>;
  }

  protected step(
    x: ConvTensors[N],
    { c, h }: LSTMStateTuple<ConvTensors[N]>,
  ): [ConvTensors[N], LSTMStateTuple<ConvTensors[N]>] {
    const H = this.numUnits;
    // From here on every place of every image is a row.
    const asRows = (image: Tensor): Tensor2D => reshape(image, [-1, H]);
    const asImages = (rows: Tensor2D): ConvTensors[N] => reshape(rows, c.shape) as ConvTensors[N];
    const seen = patches(concat([x, h] as Tensor[], -1), this.kernelShape);
    const convolved = matMul(seen, reshape<Rank.R2>(this.weight('kernel'), [-1, 4 * H]));
    const gates = this.useBias ? add<Tensor2D>(convolved, this.weight('biases')) : convolved;
    const [i, j, f, o] = split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const newC = add<Tensor2D>(mul(asRows(c), sigmoid(add(f, this.forgetBias))), mul(sigmoid(i), tanh(j)));
    const newH = asImages(mul(tanh(newC), sigmoid(o)));
    const output = this.skipConnection ? (concat([newH, x] as Tensor[], -1) as ConvTensors[N]) : newH;
    return [output, new LSTMStateTuple(asImages(newC), newH)];
  }
}

function checkDims(where: string, what: string, dims: readonly number[], count: number): void {
  if (Array.isArray(dims) && dims.length === count && dims.every((n) => Number.isInteger(n) && n > 0)) return;
  const expected = `${what} to be an array of ${count} positive ${count === 1 ? 'integer' : 'integers'}`;
  throw new ArgumentError(where, expected, Array.isArray(dims) ? `[${dims.join(', ')}]` : `${dims}`);
}
