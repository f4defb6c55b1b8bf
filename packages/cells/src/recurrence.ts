import type { Tensor1D, Tensor2D } from '@tensorflow/tfjs-core';
import type { Activation } from './activation';
import type { AnyRNNCell } from './cell';

/**
 * How a whole sequence of a cell is computed, as plain data: which recurrence, which weights, which constants. A runner that knows the
 * recurrence runs one operation for all steps; any other runner steps the cell. `weights` is undefined until the cell is built.
 */
export type Recurrence = LstmRecurrence | GruRecurrence | RnnRecurrence | LayersRecurrence;

/** The equations of `LSTMCell`; those of `BasicLSTMCell` where peepholes, projection and clips are absent. */
export interface LstmRecurrence {
  readonly type: 'lstm';
  readonly numUnits: number;
  readonly activation: Activation;
  readonly forgetBias: number;
  readonly usePeepholes: boolean;
  /** False: the state is one tensor `[B, H + P]`, c before h. */
  readonly stateIsTuple: boolean;
  readonly numProj?: number;
  readonly cellClip?: number;
  readonly projClip?: number;
  readonly weights?: {
    /** `[D + P, 4H]`, gates i, j, f, o. */
    readonly kernel: Tensor2D;
    /** `[4H]` */
    readonly bias: Tensor1D;
    /** Each `[H]`. */
    readonly peepholes?: { readonly f: Tensor1D; readonly i: Tensor1D; readonly o: Tensor1D };
    /** `[H, P]` */
    readonly projection?: Tensor2D;
  };
}

/** The equations of `GRUCell`, or with `resetAfter` those of `CudnnCompatibleGRUCell`; each has weights of its own. */
export type GruRecurrence = ResetBeforeRecurrence | ResetAfterRecurrence;

interface GruConstants {
  readonly type: 'gru';
  readonly numUnits: number;
  readonly activation: Activation;
}

interface ResetBeforeRecurrence extends GruConstants {
  readonly resetAfter?: false;
  readonly weights?: {
    /** `[D + H, 2H]`, gates r, u. */
    readonly gatesKernel: Tensor2D;
    /** `[2H]` */
    readonly gatesBias: Tensor1D;
    /** `[D + H, H]` */
    readonly candidateKernel: Tensor2D;
    /** `[H]` */
    readonly candidateBias: Tensor1D;
  };
}

interface ResetAfterRecurrence extends GruConstants {
  readonly resetAfter: true;
  readonly weights?: {
    /** `[D + H, 2H]`, gates r, u. */
    readonly gatesKernel: Tensor2D;
    /** `[2H]` */
    readonly gatesBias: Tensor1D;
    /** `[D, H]` */
    readonly candidateInputKernel: Tensor2D;
    /** `[H]` */
    readonly candidateInputBias: Tensor1D;
    /** `[H, H]` */
    readonly candidateHiddenKernel: Tensor2D;
    /** `[H]` */
    readonly candidateHiddenBias: Tensor1D;
  };
}

/** The equation of `BasicRNNCell`. */
export interface RnnRecurrence {
  readonly type: 'rnn';
  readonly numUnits: number;
  readonly activation: Activation;
  readonly weights?: {
    /** `[D + H, H]` */
    readonly kernel: Tensor2D;
    /** `[H]` */
    readonly bias: Tensor1D;
  };
}

/** Cells on top of each other: the outputs of one are the inputs of the next, so each runs over the whole sequence in turn. */
export interface LayersRecurrence {
  readonly type: 'layers';
  readonly cells: readonly AnyRNNCell[];
  /** False: the state is one tensor, the layers' states joined, the first layer first. */
  readonly stateIsTuple: boolean;
}
