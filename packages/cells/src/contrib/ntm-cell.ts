import {
  add,
  clipByValue,
  concat,
  expandDims,
  matMul,
  mul,
  sigmoid,
  softmax,
  split,
  squeeze,
  sub,
  sum,
  type Tensor,
  type Tensor2D,
  type Tensor3D,
  tanh,
} from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { checkClip, checkCount } from '../checks';
import { inEveryRow } from '../in-every-row';
import type { State, StateSize } from '../state';
import { TensorShape } from '../tensor-shape';
import { tidyState } from '../tidy-state';
import { constant, truncatedNormal, zeros } from '../weights/initializers';
import type { WeightDeclaration } from '../weights/layer-weights';
import { WeightedWrapper, type WrapperOptions } from '../wrappers/weighted-wrapper';
import { address } from './ntm-addressing';

export interface NTMCellOptions extends WrapperOptions {
  /** N, the rows of the memory. */
  memorySize: number;
  /** M, the width of a row. */
  memoryVectorDim: number;
  /** How many heads read: each gives the next step and the output a mean of the rows of the memory, `[B, M]`, weighted by its address. */
  readHeadNum: number;
  /** How many heads write: each erases from and adds to the memory, one after the other. */
  writeHeadNum: number;
  /** R, by how many rows a head moves in a step at most; 2R + 1 is at most N. Default: 1. */
  shiftRange?: number;
  /** P, the width of the output. Default: D. */
  outputDim?: number;
  /** Clips what the controller says to the heads, and the output, to ±clipValue. Default: 20. */
  clipValue?: number;
}

/** The controller's state; what each read head read, `[B, M]`; where each head looked, `[B, N]`, the read heads first; the memory `[B, N, M]`. */
export type NTMState<S extends State> = readonly [
  controller: S,
  read: readonly Tensor2D[],
  addresses: readonly Tensor2D[],
  memory: Tensor3D,
];

type NTMWeight =
  | `${'parameters' | 'output'}_${'kernel' | 'bias'}`
  | `initial_${'read_vector' | 'address_weights'}_${number}`
  | 'memory';

/**
 * Neural Turing machine (Graves et al. 2014, https://arxiv.org/abs/1410.5401; Collier & Beel 2018, https://arxiv.org/abs/1807.08518): a cell,
 * the controller, with a memory that heads read and write by soft addresses.
 *
 *     y, controller' = controller([x, r_0, r_1, …], controller)
 *     p = clip(y · parameters_kernel + parameters_bias, clipValue)          for each head: key [M], strength, gate, shifts [2R + 1],
 *                                                                         sharpening; then for each write head: erase [M], add [M]
 *     w' = address(what p says to the head, memory, w)                    for each head, the read heads first: see `ntm-addressing.ts`
 *     r' = Σ_i w'_i · memory_i                                            for each read head, from the memory as it was
 *     memory'_i = memory_i ⊙ (1 - w'_i · σ(erase)) + w'_i · tanh(add)     for each write head, one after the other
 *     output = clip([y, r'_0, r'_1, …] · output_kernel + output_bias, clipValue)
 *
 * State: `NTMState`. It does not begin at zeros, but with trained values: `zeroState` gives `tanh(initial_read_vector_k)`,
 * `softmax(initial_address_weights_k)` and the `memory` variable for each row, and throws while they are not made. A runner asks for it within
 * the run, so that they are trained; where you pass a state yourself, make it inside of the loss. (TensorFlow passes zeros and counts steps in
 * the state, to put these values in their place at the first.) Without `outputDim` the output's width is known once the cell is built.
 *
 * Weights, below `ntm_cell`: `parameters_kernel [Q, heads · (M + 2R + 4) + 2M · write heads]`, `parameters_bias`, Q being the controller's output
 * size, `output_kernel [Q + M · read heads, P]`, `output_bias [P]`, `initial_read_vector_k [1, M]`, `initial_address_weights_k [1, N]`,
 * `memory [N, M]`, then the controller's. The first and third start normally with deviation 1 / √rows, drawn again beyond two deviations, biases at
 * 0, `memory` at 1e-6.
 */
export class NTMCell<S extends State> extends WeightedWrapper<NTMState<S>, NTMWeight, S> {
  readonly stateSize: StateSize;
  readonly memorySize: number;
  readonly memoryVectorDim: number;
  readonly readHeadNum: number;
  readonly writeHeadNum: number;
  readonly shiftRange: number;
  readonly outputDim: number | undefined;
  readonly clipValue: number;
  protected readonly weightsBeforeCell = Number.POSITIVE_INFINITY;

  constructor(controller: RNNCell<S>, options: NTMCellOptions) {
    super(controller, 'ntm_cell', options);
    const { memorySize: N, memoryVectorDim: M, readHeadNum, writeHeadNum, shiftRange = 1, outputDim } = options;
    const { clipValue = 20 } = options;
    const counts = { memorySize: N, memoryVectorDim: M, readHeadNum, writeHeadNum, shiftRange };
    for (const [name, value] of Object.entries(counts)) checkCount('NTMCell', name, value);
    if (outputDim !== undefined) checkCount('NTMCell', 'outputDim', outputDim);
    checkClip('NTMCell', 'clipValue', clipValue);
    if (2 * shiftRange + 1 > N) {
      const expected = `memorySize of at least 2 · shiftRange + 1, ${2 * shiftRange + 1}`;
      throw new ArgumentError('NTMCell', expected, `${N}`);
    }
    const each = (count: number, size: number): number[] => new Array<number>(count).fill(size);
    this.stateSize = [
      controller.stateSize,
      each(readHeadNum, M),
      each(readHeadNum + writeHeadNum, N),
      new TensorShape([N, M]),
    ];
    this.memorySize = N;
    this.memoryVectorDim = M;
    this.readHeadNum = readHeadNum;
    this.writeHeadNum = writeHeadNum;
    this.shiftRange = shiftRange;
    this.outputDim = outputDim;
    this.clipValue = clipValue;
  }

  get outputSize(): number {
    const size = this.outputDim ?? this.weight('output_bias')?.shape[0];
    if (size !== undefined) return size;
    const remedy = 'Pass outputDim, or call build.';
    throw new ArgumentError('NTMCell.outputSize', 'a cell whose inputs are known', 'one without', remedy);
  }

  protected declareWeights(D: number): Record<NTMWeight, WeightDeclaration> {
    const { memorySize: N, memoryVectorDim: M, outputDim: P = D } = this;
    const Q = this.cell.outputSize;
    const dense = (name: 'parameters' | 'output', rows: number, columns: number): Declarations => ({
      [`${name}_kernel`]: { shape: [rows, columns], initializer: truncatedNormal({ stddev: 1 / Math.sqrt(rows) }) },
      [`${name}_bias`]: { shape: [columns], initializer: zeros() },
    });
    const each = (count: number, name: string, size: number): Declarations =>
      Object.fromEntries(Array.from({ length: count }, (_, k) => [`initial_${name}_${k}`, { shape: [1, size] }]));
    const all: Declarations = {
      ...dense(
        'parameters',
        Q,
        this.#parameterSizes().reduce((total, n) => total + n),
      ),
      ...dense('output', Q + M * this.readHeadNum, P),
      ...each(this.readHeadNum, 'read_vector', M),
      ...each(this.readHeadNum + this.writeHeadNum, 'address_weights', N),
      memory: { shape: [N, M], initializer: constant(1e-6) },
    };
    return all as Record<NTMWeight, WeightDeclaration>;
  }

  /** The widths of what the controller says: five for each head, then two for each write head. */
  #parameterSizes(): number[] {
    const { memoryVectorDim: M, shiftRange: R } = this;
    const heads = new Array<number[]>(this.readHeadNum + this.writeHeadNum).fill([M, 1, 1, 2 * R + 1, 1]);
    return [...heads, ...new Array<number[]>(this.writeHeadNum).fill([M, M])].flat();
  }

  protected cellInputSize(D: number): number {
    return D + this.memoryVectorDim * this.readHeadNum;
  }

  /** The trained state before the first step. */
  override zeroState(batchSize: number): NTMState<S> {
    checkCount('NTMCell.zeroState', 'batchSize', batchSize);
    if (this.weight('memory') === undefined)
      throw new ArgumentError('NTMCell.zeroState', 'a cell whose weights are made', 'one without', 'Call build first.');
    const vectors = (count: number, of: (k: number) => Tensor): Tensor2D[] =>
      Array.from({ length: count }, (_, k) => inEveryRow<Tensor2D>(batchSize, squeeze(of(k), [0])));
    return tidyState(() => {
      const read = vectors(this.readHeadNum, (k) => tanh(this.weight(`initial_read_vector_${k}`)));
      const heads = this.readHeadNum + this.writeHeadNum;
      const addresses = vectors(heads, (k) => softmax(this.weight(`initial_address_weights_${k}`)));
      const memory = inEveryRow<Tensor3D>(batchSize, this.weight('memory'));
      return [this.cellZeroState(batchSize), read, addresses, memory] as const;
    });
  }

  protected step(
    x: Tensor2D,
    [controller, read, addresses, memory]: NTMState<S>,
    cell: RNNCell<S>,
  ): [Tensor2D, NTMState<S>] {
    const dense = (input: Tensor2D, name: 'parameters' | 'output'): Tensor2D => {
      const all = add<Tensor2D>(matMul(input, this.weight(`${name}_kernel`)), this.weight(`${name}_bias`));
      return clipByValue(all, -this.clipValue, this.clipValue);
    };
    const [y, newController] = cell.call(concat([x, ...read], 1), controller);
    const said = split(dense(y, 'parameters'), this.#parameterSizes(), 1) as Tensor2D[];
    const newAddresses = addresses.map((before, k) => {
      const [key, strength, gate, shifts, sharpening] = said.slice(5 * k, 5 * k + 5) as FiveTensors;
      return address({ key, strength, gate, shifts, sharpening }, memory, before);
    });
    const newRead = newAddresses
      .slice(0, this.readHeadNum)
      .map((where) => sum<Tensor2D>(mul(expandDims(where, 2), memory), 1));

    let newMemory = memory;
    for (let k = 0; k < this.writeHeadNum; k++) {
      const where = expandDims<Tensor3D>(newAddresses[this.readHeadNum + k] as Tensor2D, 2);
      const [erase, fresh] = said.slice(5 * addresses.length + 2 * k) as [Tensor2D, Tensor2D];
      const kept = sub<Tensor3D>(1, mul(where, expandDims(sigmoid(erase), 1)));
      newMemory = add(mul(newMemory, kept), mul(where, expandDims(tanh(fresh), 1)));
    }
    return [dense(concat([y, ...newRead], 1), 'output'), [newController, newRead, newAddresses, newMemory]];
  }
}

type Declarations = Record<string, WeightDeclaration>;
type FiveTensors = [Tensor2D, Tensor2D, Tensor2D, Tensor2D, Tensor2D];
