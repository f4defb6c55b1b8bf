import { add, concat, matMul, mul, sigmoid, split, type Tensor2D } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { checkFinite } from '../checks';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import { LSTMStateTuple } from '../state';
import { type Initializer, randomUniform, zeros } from '../weights/initializers';

export interface IndyLSTMCellOptions extends LayerOptions {
  /** Added to the forget gate at run time; not part of the `bias` variable. Default: 1. */
  forgetBias?: number;
  /** Of the new input and of the output. Default: tanh. */
  activation?: Activation;
  /** Of the kernel that multiplies the inputs. Default: Glorot's uniform one. */
  kernelInitializer?: Initializer;
  /** Default: zeros. */
  biasInitializer?: Initializer;
}

/**
 * Long short-term memory of which a unit sees its own old output alone: `BasicLSTMCell` with diagonal recurrent weights (Gonnet & Deselaers 2019,
 * https://arxiv.org/abs/1903.08023).
 *
 *     i, j, f, o = split(x · kernel_w + [h, h, h, h] ⊙ kernel_u + bias, 4)        gate order of TensorFlow 1
 *     c' = c ⊙ σ(f + forgetBias) + σ(i) ⊙ act(j)
 *     h' = act(c') ⊙ σ(o)
 *
 * State: `{ c, h }`, each `[B, H]`; the output is h'. Weights: `kernel_w [D, 4H]`, `kernel_u [1, 4H]`, which starts uniform in [-1, 1), `bias [4H]`.
 * Throws `ArgumentError` for a forgetBias that is not finite and an activation that is not known.
 */
export class IndyLSTMCell extends LayerRNNCell<LSTMStateTuple, 'kernel_w' | 'kernel_u' | 'bias'> {
  readonly stateSize: LSTMStateTuple<number>;
  readonly outputSize: number;
  readonly forgetBias: number;
  readonly activation: Activation;
  readonly #kernelInitializer: Initializer | undefined;
  readonly #biasInitializer: Initializer | undefined;

  constructor(numUnits: number, options: IndyLSTMCellOptions = {}) {
    super(numUnits, 'indy_lstm_cell', options);
    const { forgetBias = 1, activation = 'tanh' } = options;
    checkFinite('IndyLSTMCell', 'forgetBias', forgetBias);
    this.stateSize = new LSTMStateTuple(numUnits, numUnits);
    this.outputSize = numUnits;
    this.forgetBias = forgetBias;
    this.activation = namedActivation('IndyLSTMCell', activation);
    this.#kernelInitializer = options.kernelInitializer;
    this.#biasInitializer = options.biasInitializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    const kernel = this.#kernelInitializer && { initializer: this.#kernelInitializer };
    return {
      kernel_w: { shape: [inputSize, 4 * H], ...kernel },
      kernel_u: { shape: [1, 4 * H], initializer: randomUniform({ minval: -1, maxval: 1 }) },
      bias: { shape: [4 * H], initializer: this.#biasInitializer ?? zeros() },
    };
  }

  protected step(x: Tensor2D, { c, h }: LSTMStateTuple): [Tensor2D, LSTMStateTuple] {
    const act = activationFunction(this.activation);
    const recurrent = mul(concat([h, h, h, h], 1), this.weight('kernel_u'));
    const gates = add(add(matMul(x, this.weight('kernel_w')), recurrent), this.weight('bias'));
    const [i, j, f, o] = split(gates, 4, 1) as [Tensor2D, Tensor2D, Tensor2D, Tensor2D];
    const newC = add<Tensor2D>(mul(c, sigmoid(add(f, this.forgetBias))), mul(sigmoid(i), act(j)));
    const newH = mul<Tensor2D>(act(newC), sigmoid(o));
    return [newH, new LSTMStateTuple(newC, newH)];
  }
}
