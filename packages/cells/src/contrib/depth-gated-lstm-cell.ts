import { add, concat, matMul, mul, sigmoid, split, type Tensor2D, tanh } from '@tensorflow/tfjs-core';
import { checkCount, checkFlags } from '../checks';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { LSTMStateTuple } from '../state';
import { type Initializer, zeros } from '../weights/initializers';

export interface DepthGatedLSTMCellOptions extends LayerOptions {
  /** How many layers of H units. Default: 2. */
  numLayers?: number;
  /** Diagonal connections from each layer's cell to its gates. Default: false. */
  usePeepholes?: boolean;
  /** Of the kernels and the diagonal weights. Default: Glorot's uniform one. */
  initializer?: Initializer;
}

type DepthGatedWeight = `layer_${number}/${
  | 'kernel'
  | 'bias'
  | `w_${'f' | 'i' | 'o'}_diag`
  | `depth_gate/${'kernel' | 'bias' | 'w_c_prev' | 'w_c_lower'}`}`;

/**
 * Depth-gated LSTM (Yao et al. 2015, https://arxiv.org/abs/1508.03790): layers of LSTMs, where a gate adds the cell of the layer below to that of
 * each layer above the first.
 *
 *     i, j, f, o = split([x, h] · kernel + bias, 4)                 x: the inputs, or the h' of the layer below
 *     c' = σ(f + w_f_diag ⊙ c) ⊙ c + σ(i + w_i_diag ⊙ c) ⊙ tanh(j) + d ⊙ c_low         c_low: the c' of the layer below
 *     d = σ(x · depth_gate/kernel + w_c_prev ⊙ c + w_c_lower ⊙ c_low + depth_gate/bias)
 *     h' = σ(o + w_o_diag ⊙ c') ⊙ tanh(c')
 *
 * The first layer has no d, and nothing is added to the forget gate. TensorFlow has no such cell. State: a tuple, `{ c [B, H], h [B, H] }` a layer; output: the
 * last layer's h'. Weights, below `layer_K`: `kernel [D + H, 4H]` (above the first `[2H, 4H]`), `bias [4H]`, with peepholes `w_f_diag`,
 * `w_i_diag`, `w_o_diag`, each `[H]`, above the first layer `depth_gate/kernel [H, H]`, `depth_gate/bias`, `depth_gate/w_c_prev`,
 * `depth_gate/w_c_lower`, each `[H]`.
 */
export class DepthGatedLSTMCell extends LayerRNNCell<readonly LSTMStateTuple[], DepthGatedWeight> {
  readonly stateSize: readonly LSTMStateTuple<number>[];
  readonly outputSize: number;
  readonly numLayers: number;
  readonly usePeepholes: boolean;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, options: DepthGatedLSTMCellOptions = {}) {
    super(numUnits, 'depth_gated_lstm', options);
    checkFlags('DepthGatedLSTMCell', options, 'usePeepholes');
    const { numLayers = 2, usePeepholes = false } = options;
    checkCount('DepthGatedLSTMCell', 'numLayers', numLayers);
    this.stateSize = Array.from({ length: numLayers }, () => new LSTMStateTuple(numUnits, numUnits));
    this.outputSize = numUnits;
    this.numLayers = numLayers;
    this.usePeepholes = usePeepholes;
    this.#initializer = options.initializer;
    this.buildIfSized(options);
  }

  protected declareWeights(inputSize: number): Record<DepthGatedWeight, WeightDeclaration> {
    const H = this.numUnits;
    const drawn = this.#initializer && { initializer: this.#initializer };
    const diagonal = { shape: [H], ...drawn };
    const layers = Array.from({ length: this.numLayers }, (_, k): Record<string, WeightDeclaration> => {
      const layer = {
        kernel: { shape: [(k === 0 ? inputSize : H) + H, 4 * H], ...drawn },
        bias: { shape: [4 * H], initializer: zeros() },
        ...(this.usePeepholes && { w_f_diag: diagonal, w_i_diag: diagonal, w_o_diag: diagonal }),
        ...(k > 0 && {
          'depth_gate/kernel': { shape: [H, H], ...drawn },
          'depth_gate/bias': { shape: [H], initializer: zeros() },
          'depth_gate/w_c_prev': diagonal,
          'depth_gate/w_c_lower': diagonal,
        }),
      };
      return Object.fromEntries(Object.entries(layer).map(([name, weight]) => [`layer_${k}/${name}`, weight]));
    });
    return Object.assign({}, ...layers);
  }

  protected step(inputs: Tensor2D, states: readonly LSTMStateTuple[]): [Tensor2D, readonly LSTMStateTuple[]] {
    const next: LSTMStateTuple[] = [];
    for (const [k, state] of states.entries()) {
      const below = next[k - 1];
      next.push(this.#layer(k, below?.h ?? inputs, state, below?.c));
    }
    return [(next.at(-1) as LSTMStateTuple).h, next];
  }

  /** The new state of layer k, from its inputs, its state and, above the first, the new cell of the layer below. */
  #layer(k: number, x: Tensor2D, { c, h }: LSTMStateTuple, below: Tensor2D | undefined): LSTMStateTuple {
    const dense = (v: Tensor2D, of: `layer_${number}` | `layer_${number}/depth_gate`) =>
      add<Tensor2D>(
        matMul(v, this.weight(`${of}/kernel` as DepthGatedWeight)),
        this.weight(`${of}/bias` as DepthGatedWeight),
      );
    const peep = (gate: Tensor2D, letter: 'f' | 'i' | 'o', cell: Tensor2D): Tensor2D =>
      sigmoid(this.usePeepholes ? add<Tensor2D>(gate, mul(cell, this.weight(`layer_${k}/w_${letter}_diag`))) : gate);
    const [i, j, f, o] = split(dense(concat([x, h], 1), `layer_${k}`), 4, 1) as Tensor2D[] as [
      Tensor2D,
      Tensor2D,
      Tensor2D,
      Tensor2D,
    ];
    let newC = add<Tensor2D>(mul(peep(f, 'f', c), c), mul(peep(i, 'i', c), tanh(j)));
    if (below !== undefined) {
      const seen = add(
        mul(c, this.weight(`layer_${k}/depth_gate/w_c_prev`)),
        mul(below, this.weight(`layer_${k}/depth_gate/w_c_lower`)),
      );
      const depth = sigmoid(add<Tensor2D>(dense(x, `layer_${k}/depth_gate`), seen));
      newC = add(newC, mul(depth, below));
    }
    return new LSTMStateTuple(newC, mul(peep(o, 'o', newC), tanh(newC)));
  }
}
