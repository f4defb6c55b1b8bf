import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { KernelMode, SequenceFacts } from './fused-kernels';

/** An activation with a name that fused kernels may have built in, or any function that keeps the shape. */
export type SequenceActivation = 'tanh' | 'relu' | 'sigmoid' | 'linear' | (<T extends Tensor>(x: T) => T);

/** What every sequence operation takes. Shapes: B batch, T time steps, D inputs. */
export interface SequenceArgs {
  /** `[T, B, D]`; `[B, T, D]` where `timeMajor` is false. */
  readonly inputs: Tensor3D;
  /** Whether time is the first axis of the inputs and outputs, or the second. Default: true. */
  readonly timeMajor?: boolean;
  /** Whether to give the outputs of all steps, and not the final state alone. Default: true. */
  readonly returnSequences?: boolean;
  /** One for each row, integers from 0 to T. Past its length a row outputs zeros and keeps its state. Default: T for all. */
  readonly lengths?: ArrayLike<number>;
  /** Starts at the last step; with lengths, at each row's last valid step. Default: false. */
  readonly reverse?: boolean;
  /**
   * For training: keep the states at every √T-th step only, and compute the others again in the backward pass. A fraction of the memory, for up to a
   * third more time. Only the WebAssembly engine can; where another kernel would run, or none, it throws, differentiated or not. Default: false.
   */
  readonly swapMemory?: boolean;
  /** How many steps' input products the reference computes as one matrix product (time against space). Default: 32. */
  readonly parallelIterations?: number;
  /** Default: `auto`. */
  readonly kernel?: KernelMode;
}

/** What an operation gives: without `outputs` where `returnSequences` is false. */
export type SequenceResult<Args, Result> = Args extends { readonly returnSequences: false }
  ? Omit<Result, 'outputs'>
  : Result;

/** T, B and D of the inputs. */
export function sizesOf({ inputs, timeMajor = true }: SequenceArgs): [steps: number, batch: number, inputSize: number] {
  const [first, second, inputSize] = inputs.shape;
  return timeMajor ? [first, second, inputSize] : [second, first, inputSize];
}

/** Whether some rows end before the last step. */
export function endEarly(args: SequenceArgs): boolean {
  const [steps] = sizesOf(args);
  return args.lengths !== undefined && Array.from(args.lengths).some((length) => length < steps);
}

/** What a kernel may need to know of how a sequence is run. */
export function scheduleFacts(args: SequenceArgs): Pick<SequenceFacts, 'unevenLengths' | 'swapMemory'> {
  return { ...(endEarly(args) && { unevenLengths: true }), ...(args.swapMemory && { swapMemory: true }) };
}
