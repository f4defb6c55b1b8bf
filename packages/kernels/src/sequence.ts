import type { Tensor, Tensor3D } from '@tensorflow/tfjs-core';
import type { KernelMode } from './fused-kernels';

/** An activation with a name that fused kernels may have built in, or any function that keeps the shape. */
export type SequenceActivation = 'tanh' | 'relu' | 'sigmoid' | 'linear' | (<T extends Tensor>(x: T) => T);

/** What every sequence operation takes. Shapes: B batch, T time steps, D inputs. */
export interface SequenceArgs {
  /** `[T, B, D]` */
  readonly inputs: Tensor3D;
  /** One for each row, integers from 0 to T. Past its length a row outputs zeros and keeps its state. Default: T for all. */
  readonly lengths?: ArrayLike<number>;
  /** Starts at the last step; with lengths, at each row's last valid step. Default: false. */
  readonly reverse?: boolean;
  /** How many steps' input products the reference computes as one matrix product (time against space). Default: 32. */
  readonly parallelIterations?: number;
  /** Default: `auto`. */
  readonly kernel?: KernelMode;
}
