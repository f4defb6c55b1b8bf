import {
  add,
  concat,
  matMul,
  mul,
  sigmoid,
  split,
  sub,
  type Tensor1D,
  type Tensor2D,
  tanh,
  type Variable,
  zerosLike,
} from '@tensorflow/tfjs-core';
import { checkClip, checkCount, checkFinite, checkFlags } from '../checks';
import { clip } from '../clip';
import { type LayerOptions, LayerRNNCell, type WeightDeclaration } from '../layer-rnn-cell';
import { LSTMStateTuple, type State } from '../state';
import { type Initializer, zeros } from '../weights/initializers';
import { checkWidth, checkWindows, type FrequencyWindowsOptions } from './frequency-windows';
import { declareShards, joinShards } from './shards';

/** The options of both grid cells. */
export interface BaseGridLSTMCellOptions extends LayerOptions, FrequencyWindowsOptions {
  /** Diagonal connections to each gate, from the cell along frequency and from that along time. Default: false. */
  usePeepholes?: boolean;
  /** The LSTM along time has the weights of the one along frequency. Default: false. */
  shareTimeFrequencyWeights?: boolean;
  /** Clips both new cells to ±cellClip before the outputs are computed. Default: none. */
  cellClip?: number;
  /** Of the kernels and the peepholes. Default: Glorot's uniform one. */
  initializer?: Initializer;
  /** In how many variables, by rows, each kernel is stored. Default: 1. */
  numUnitShards?: number;
  /** Added to the forget gates at run time; not part of the `B` variables. Default: 1. */
  forgetBias?: number;
  /** Each forget gate is what the input gate leaves; `forgetBias` then does nothing. Default: false. */
  coupleInputForgetGates?: boolean;
}

type Axis = 'freq' | 'time';

/** What the grid cells share: options, the weights of a walk over the blocks of windows, and the walk, by the equations of `GridLSTMCell`. */
export abstract class BaseGridLSTMCell<S extends State>
  extends LayerRNNCell<S, string>
  implements FrequencyWindowsOptions
{
  readonly numFrequencyBlocks: readonly number[];
  readonly featureSize: number;
  readonly frequencySkip: number;
  readonly startFreqindexList: readonly number[] | undefined;
  readonly endFreqindexList: readonly number[] | undefined;
  readonly usePeepholes: boolean;
  readonly shareTimeFrequencyWeights: boolean;
  readonly cellClip: number | undefined;
  readonly numUnitShards: number;
  readonly forgetBias: number;
  readonly coupleInputForgetGates: boolean;
  readonly #initializer: Initializer | undefined;

  constructor(numUnits: number, defaultName: string, options: BaseGridLSTMCellOptions) {
    super(numUnits, defaultName, options);
    const where = new.target.name;
    checkFlags(where, options, 'usePeepholes', 'shareTimeFrequencyWeights', 'coupleInputForgetGates');
    const { cellClip, numUnitShards = 1, forgetBias = 1 } = options;
    checkWindows(where, options);
    checkClip(where, 'cellClip', cellClip);
    checkCount(where, 'numUnitShards', numUnitShards);
    checkFinite(where, 'forgetBias', forgetBias);
    this.numFrequencyBlocks = options.numFrequencyBlocks;
    this.featureSize = options.featureSize;
    this.frequencySkip = options.frequencySkip;
    this.startFreqindexList = options.startFreqindexList;
    this.endFreqindexList = options.endFreqindexList;
    this.usePeepholes = options.usePeepholes ?? false;
    this.shareTimeFrequencyWeights = options.shareTimeFrequencyWeights ?? false;
    this.cellClip = cellClip;
    this.numUnitShards = numUnitShards;
    this.forgetBias = forgetBias;
    this.coupleInputForgetGates = options.coupleInputForgetGates ?? false;
    this.#initializer = options.initializer;
  }

  /** The sizes of `{ c, h }` at each window of a walk. */
  protected walkSize(): LSTMStateTuple<number>[] {
    const windows = this.numFrequencyBlocks.reduce((sum, count) => sum + count, 0);
    return Array.from({ length: windows }, () => new LSTMStateTuple(this.numUnits, this.numUnits));
  }

  /** The pairs of a walk, cut into those of each block. */
  protected byBlock(pairs: readonly LSTMStateTuple[]): LSTMStateTuple[][] {
    const rest = [...pairs];
    return this.numFrequencyBlocks.map((count) => rest.splice(0, count));
  }

  /** The weights of a walk, in TensorFlow's order, named below `scope`. */
  protected declareWalk(inputSize: number, scope: string): Record<string, WeightDeclaration> {
    const { numUnits: H, numUnitShards: count } = this;
    const where = `${this.constructor.name}.build`;
    checkWidth(where, inputSize, this);
    const initializer = this.#initializer && { initializer: this.#initializer };
    const weights: Record<string, WeightDeclaration> = {};
    for (const b of this.numFrequencyBlocks.keys()) {
      for (const axis of this.#axes) {
        const shape = [this.featureSize + 2 * H, this.#gates * H] as const;
        Object.assign(
          weights,
          declareShards(where, `${scope}W_${axis[0]}_${b}`, shape, { count, option: 'numUnitShards', ...initializer }),
        );
        weights[`${scope}B_${axis[0]}_${b}`] = { shape: [this.#gates * H], initializer: zeros() };
      }
      for (const axis of this.usePeepholes ? this.#axes : []) {
        for (const gate of this.coupleInputForgetGates ? 'IO' : 'FIO') {
          for (const from of 'ft')
            weights[`${scope}W_${gate}_diag_${axis}${from}_${b}`] = { shape: [H], ...initializer };
        }
      }
    }
    return weights;
  }

  /** Whose weights there are. */
  get #axes(): readonly Axis[] {
    return this.shareTimeFrequencyWeights ? ['freq'] : ['freq', 'time'];
  }

  get #gates(): number {
    return this.coupleInputForgetGates ? 3 : 4;
  }

  /**
   * Walks over the windows of each block by the weights below `scope`, from what `states` holds for the block's windows. Gives the outputs, of each
   * window that along time before that along frequency, and the new states.
   */
  protected walk(
    blocks: readonly (readonly Tensor2D[])[],
    states: readonly (readonly LSTMStateTuple[])[],
    scope: string,
  ): { outputs: Tensor2D[]; state: LSTMStateTuple[] } {
    const outputs: Tensor2D[] = [];
    const state: LSTMStateTuple[] = [];
    for (const [b, windows] of blocks.entries()) {
      const before = states[b] as readonly LSTMStateTuple[];
      const kernels = this.#axes.map((axis) =>
        joinShards(`${scope}W_${axis[0]}_${b}`, this.numUnitShards, (name) => this.weight<Tensor2D & Variable>(name)),
      );
      const none = zerosLike((before[0] as LSTMStateTuple).c);
      let freq = new LSTMStateTuple(none, none);
      for (const [k, window] of windows.entries()) {
        const time = before[k] as LSTMStateTuple;
        const joined = concat([window, time.h, freq.h], 1);
        const gates = kernels.map((kernel, n) => {
          const bias = this.weight(`${scope}B_${this.#axes[n]?.[0]}_${b}`);
          return split(add<Tensor2D>(matMul(joined, kernel), bias), this.#gates, 1) as Tensor2D[];
        });
        const next = this.#cell(gates as [Tensor2D[], Tensor2D[]?], { freq, time }, scope, b);
        freq = next.freq;
        state.push(next.time);
        outputs.push(next.time.h, next.freq.h);
      }
    }
    return { outputs, state };
  }

  /** The new cells and outputs at one window, from the gates i, j, f where they are not coupled, and o, each `[B, H]`. */
  #cell(
    [ofFreq, ofTime = ofFreq]: [Tensor2D[], Tensor2D[]?],
    { freq, time }: Record<Axis, LSTMStateTuple>,
    scope: string,
    b: number,
  ): Record<Axis, LSTMStateTuple> {
    const open = (gate: Tensor2D, letter: string, axis: Axis, cFreq: Tensor2D, cTime: Tensor2D): Tensor2D => {
      if (!this.usePeepholes) return sigmoid(gate);
      const weights = `${scope}W_${letter}_diag_${this.shareTimeFrequencyWeights ? 'freq' : axis}`;
      const [f, t] = ['f', 't'].map((from) => this.weight<Tensor1D & Variable>(`${weights}${from}_${b}`));
      return sigmoid(add(add(gate, mul(cFreq, f as Tensor1D)), mul(cTime, t as Tensor1D)));
    };
    const cell = (gates: Tensor2D[], axis: Axis, c: Tensor2D): Tensor2D => {
      const [i, j, f] = gates as [Tensor2D, Tensor2D, Tensor2D];
      const write = open(i, 'I', axis, freq.c, time.c);
      const keep = this.coupleInputForgetGates
        ? sub<Tensor2D>(1, write)
        : open(add(f, this.forgetBias), 'F', axis, freq.c, time.c);
      return clip(add(mul(keep, c), mul(write, tanh(j))), this.cellClip);
    };
    const [cFreq, cTime] = [cell(ofFreq, 'freq', freq.c), cell(ofTime, 'time', time.c)];
    const output = (gates: Tensor2D[], axis: Axis, c: Tensor2D): LSTMStateTuple =>
      new LSTMStateTuple(c, mul(open(gates.at(-1) as Tensor2D, 'O', axis, cFreq, cTime), tanh(c)));
    return { freq: output(ofFreq, 'freq', cFreq), time: output(ofTime, 'time', cTime) };
  }
}
