import { add, matMul, mul, sigmoid, split, sub, type Tensor2D, type Variable } from '@tensorflow/tfjs-core';
import { type Activation, activationFunction, namedActivation } from '../activation';
import { type LayerOptions, LayerRNNCell } from '../layer-rnn-cell';
import { zeros } from '../weights/initializers';

export interface SRUCellOptions extends LayerOptions {
  /** Of c' in the output. Default: tanh. */
  activation?: Activation;
}

/**
 * Simple recurrent unit: no product of the state, so that all of them can be made before the first step (Lei et al. 2017,
 * https://arxiv.org/abs/1709.02755).
 *
 *     z, f, r, t = split(x · kernel, 4)
 *     f, r = split(σ([f, r] + bias), 2)
 *     c' = f ⊙ c + (1 - f) ⊙ z
 *     output = r ⊙ act(c') + (1 - r) ⊙ t
 *
 * State: `c [B, H]`, which is not the output `[B, H]`. Weights: `kernel [D, 4H]`, `bias [2H]`. Throws `ArgumentError` for an activation that is not
 * known.
 */
export class SRUCell extends LayerRNNCell<Tensor2D, 'kernel' | 'bias'> {
  readonly stateSize: number;
  readonly outputSize: number;
  readonly activation: Activation;

  constructor(numUnits: number, options: SRUCellOptions = {}) {
    super(numUnits, 'sru_cell', options);
    this.stateSize = numUnits;
    this.outputSize = numUnits;
    this.activation = namedActivation('SRUCell', options.activation ?? 'tanh');
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number) {
    const H = this.numUnits;
    return { kernel: { shape: [inputSize, 4 * H] }, bias: { shape: [2 * H], initializer: zeros() } };
  }

  protected step(x: Tensor2D, c: Tensor2D): [Tensor2D, Tensor2D] {
    const act = activationFunction(this.activation);
    const H = this.numUnits;
    const ofInputs = matMul(x, this.weight<Tensor2D & Variable>('kernel'));
    const [z, toGates, t] = split(ofInputs, [H, 2 * H, H], 1) as [Tensor2D, Tensor2D, Tensor2D];
    const [f, r] = split(sigmoid(add<Tensor2D>(toGates, this.weight('bias'))), 2, 1) as [Tensor2D, Tensor2D];
    const newC = add<Tensor2D>(mul(f, c), mul(sub(1, f), z));
    return [add(mul(r, act(newC)), mul(sub(1, r), t)), newC];
  }
}
