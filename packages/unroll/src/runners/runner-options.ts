import { type AnyRNNCell, ArgumentError, type State } from '@rnn/cells';
import { type KernelMode, kernelModes } from '@rnn/kernels';
import { Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { type OverTime, sequenceShape } from '../sequences/over-time';
import type { SequenceLength } from '../sequences/sequence-length';

/** What every runner takes. Shapes: B batch, T time steps, D inputs, P outputs. */
export interface RunnerOptions<S extends State> {
  /** How many steps of each row are valid. Default: all. */
  sequenceLength?: SequenceLength | undefined;
  /** Default: the zero state. */
  initialState?: S | undefined;
  /** TensorFlow.js computes recurrent networks in float32 only. */
  dtype?: 'float32' | undefined;
  /** The first part of the variables' names, for a cell that is built here. Default: `rnn`. */
  scope?: string | undefined;
  /** `fused` throws where there is no fused kernel, with the reason. Default: `auto`. */
  kernel?: KernelMode | undefined;
  /** False: to evaluate, without what is random in training: nothing is dropped. Default: true. */
  training?: boolean | undefined;
}

/** What the runners that take one tensor accept besides. */
export interface TensorRunnerOptions<ReturnSequences extends boolean | undefined = true | undefined> {
  /** True: inputs and outputs are `[T, B, …]`, which stock operations and stepped cells compute in. Default: false, `[B, T, …]`. */
  timeMajor?: boolean | undefined;
  /**
   * Whether to give the outputs of all steps. False: of each row the output of its last valid step alone, `[B, P]`, in the order in which steps
   * are run, so of a backward run the one at time 0; zeros for a row of length 0. Saves the memory of the others. Default: true.
   */
  returnSequences?: ReturnSequences;
  /** How many steps' input products are computed together as one matrix product: time against space. Default: 32. */
  parallelIterations?: number | undefined;
  /**
   * For training on long sequences: keep the states at every √T-th step only, and compute the others again in the backward pass. A fraction of
   * the memory, for up to a third more time. Throws where no kernel that can runs the cell: on webgpu, and on tensorflow with CUDA, none can. In
   * evaluation too, where it changes nothing, so that what evaluates also trains. Default: false.
   */
  swapMemory?: boolean | undefined;
}

/** The outputs of all steps, `[B, T, P]`, or time-major `[T, B, P]`; where `returnSequences` is false the last ones, `[B, P]`. */
export type RunnerOutputs<
  ReturnSequences extends boolean | undefined,
  O extends Tensor = Tensor2D,
> = ReturnSequences extends false ? O : OverTime<O>;

/** Throws `ArgumentError` unless `cell` has what a runner calls. */
export function checkCell(where: string, what: string, cell: AnyRNNCell): void {
  const missing = (['call', 'stateSize', 'outputSize'] as const).filter((member) => cell?.[member] === undefined);
  if (missing.length > 0)
    throw new ArgumentError(where, `${what} to be an RNNCell`, `one without ${missing.join(', ')}`);
}

/** Throws `ArgumentError` unless inputs are such as a cell takes, over time. */
export function checkInputs(where: string, cell: AnyRNNCell, inputs: Tensor, timeMajor: boolean): void {
  checkTensor(where, 'inputs', inputs, sequenceShape(cell, timeMajor));
}

/** Throws `ArgumentError` unless a tensor is float32 and has this shape, which is how the error writes it: a letter fits any number. */
export function checkTensor(where: string, what: string, value: Tensor, shape: string): void {
  if (!(value instanceof Tensor))
    throw new ArgumentError(where, `${what} to be a tensor ${shape}`, Array.isArray(value) ? 'an array' : typeof value);
  const axes = shape.slice(1, -1).split(', ');
  const fits = (n: string, k: number): boolean => Number.isNaN(Number(n)) || Number(n) === value.shape[k];
  if (value.rank !== axes.length || !axes.every(fits))
    throw new ArgumentError(where, `${what} to have shape ${shape}`, `[${value.shape.join(', ')}]`);
  if (value.dtype !== 'float32')
    throw new ArgumentError(where, `${what} of dtype float32`, value.dtype, 'Cast it first.');
}

/** Throws `ArgumentError` for an option that every runner, or every one on tensors, checks alike. */
export function checkOptions(
  where: string,
  options: Pick<RunnerOptions<State>, 'kernel' | 'training'> &
    TensorRunnerOptions<boolean | undefined> & { dtype?: string | undefined },
): void {
  checkNames(where, options);
  const { dtype, kernel = 'auto', parallelIterations = 1 } = options;
  checkKernelMode(where, kernel);
  for (const name of ['timeMajor', 'returnSequences', 'swapMemory', 'training'] as const) {
    const value: unknown = options[name];
    if (value === undefined || typeof value === 'boolean') continue;
    throw new ArgumentError(
      where,
      `${name} to be true or false`,
      typeof value === 'string' ? `'${value}'` : `${value}`,
    );
  }
  if (dtype !== undefined && dtype !== 'float32') {
    throw new ArgumentError(
      where,
      "dtype to be 'float32'",
      `'${dtype}'`,
      'TensorFlow.js has no other floating-point type.',
    );
  }
  if (!Number.isInteger(parallelIterations) || parallelIterations < 1) {
    throw new ArgumentError(where, 'parallelIterations to be a positive integer', `${parallelIterations}`);
  }
  const { scope } = options as { readonly scope?: unknown };
  if (scope !== undefined && typeof scope !== 'string')
    throw new ArgumentError(where, 'scope to be a string', `${scope}`);
}

/** Throws `ArgumentError` for what is no options, such as lengths in their place, and for a name as Python has it: both would go unread. */
export function checkNames(where: string, options: unknown): void {
  const isOther = Array.isArray(options) || ArrayBuffer.isView(options) || options instanceof Tensor;
  if (typeof options !== 'object' || options === null || isOther) {
    const got = options instanceof Tensor ? 'a tensor' : isOther ? 'an array' : `${options}`;
    throw new ArgumentError(where, 'options to be an object', got);
  }
  const name = Object.keys(options).find((name) => name.includes('_'));
  if (name === undefined) return;
  const ours = name.replace(/_+(\w)/g, (_, letter: string) => letter.toUpperCase());
  throw new ArgumentError(where, 'camelCase options', `'${name}'`, `Is it ${ours}?`);
}

/** Throws `ArgumentError` unless the mode is one that is known. */
function checkKernelMode(where: string, mode: KernelMode): void {
  if (!kernelModes.includes(mode))
    throw new ArgumentError(where, `kernel to be one of ${kernelModes.join(', ')}`, `'${mode}'`);
}
