import { getBackend, backend as startBackend } from '@tensorflow/tfjs-core';
import type { GruSequenceArgs, GruSequenceResult } from './gru/gru-sequence';
import { KernelError } from './kernel-error';
import type { LstmSequenceArgs, LstmSequenceResult } from './lstm/lstm-sequence';
import type { RnnSequenceArgs, RnnSequenceResult } from './rnn/rnn-sequence';
import type { SequenceActivation } from './sequence';

/**
 * `fused`: one kernel for the whole sequence, or an error that says why there is none. `reference`: stock TensorFlow.js operations.
 * `auto`: fused where it can be.
 */
export type KernelMode = 'auto' | 'fused' | 'reference';

/** The values of `KernelMode`. */
export const kernelModes: readonly KernelMode[] = ['auto', 'fused', 'reference'];

export interface SequenceOps {
  lstmSequence: { args: LstmSequenceArgs; result: LstmSequenceResult };
  gruSequence: { args: GruSequenceArgs; result: GruSequenceResult };
  rnnSequence: { args: RnnSequenceArgs; result: RnnSequenceResult };
}

export type SequenceOp = keyof SequenceOps;

/** All that a fused kernel may need to know before it says that it can run; known before there are weights. */
export interface SequenceFacts {
  readonly steps: number;
  readonly batchSize: number;
  readonly inputSize: number;
  readonly numUnits: number;
  readonly activation: SequenceActivation;
  /** Of a GRU: the reset gate acts after the candidate's product. */
  readonly resetAfter?: boolean;
  readonly usePeepholes?: boolean;
  readonly numProj?: number;
  readonly cellClip?: number;
  readonly projClip?: number;
}

/** One sequence operation on one TensorFlow.js backend. */
export interface FusedKernel<Op extends SequenceOp = SequenceOp> {
  readonly op: Op;
  /** The TensorFlow.js backend it runs on: `wasm`, `cpu`, … */
  readonly backend: string;
  /** What computes it, for a person: `WebAssembly, 2 threads, relaxed SIMD`. */
  device(): string;
  /** Why it cannot run these sizes and options; undefined where it can. */
  unsupported(facts: SequenceFacts): string | undefined;
  /**
   * The operation on the checked arguments of one sequence, or of several that do not need each other; differentiable. Without `outputs` where
   * `returnSequences` is false. It frees what it does not return.
   */
  run(sequences: readonly SequenceOps[Op]['args'][]): SequenceOps[Op]['result'][];
}

/** A fused kernel, or why the reference runs. */
export type KernelChoice<Op extends SequenceOp = SequenceOp> =
  | { readonly kernel: FusedKernel<Op>; readonly reason?: undefined }
  | { readonly kernel?: undefined; readonly reason: string };

const registered = new Map<string, FusedKernel>();

/** Makes a kernel the choice for its operation on its backend. Returns a function that takes it back. */
export function registerFusedKernel<Op extends SequenceOp>(kernel: FusedKernel<Op>): () => void {
  const key = `${kernel.op} on ${kernel.backend}`;
  if (registered.has(key)) throw new KernelError('registerFusedKernel', `no kernel yet for ${key}`, 'a second one');
  const mine = kernel as unknown as FusedKernel;
  registered.set(key, mine);
  return () => {
    if (registered.get(key) === mine) registered.delete(key);
  };
}

/**
 * What would compute `op` on the backend in use, and why. Throws `KernelError` where `mode` is `fused` and there is no kernel that can, and
 * for a mode that is not known.
 */
export function chooseKernel<Op extends SequenceOp>(
  op: Op,
  facts: SequenceFacts,
  mode: KernelMode = 'auto',
): KernelChoice<Op> {
  if (!kernelModes.includes(mode))
    throw new KernelError(op, `kernel to be one of ${kernelModes.join(', ')}`, `'${mode}'`);
  if (mode === 'reference') return { reason: "kernel: 'reference' was asked for" };
  startBackend(); // before the first tensor there is none, and getBackend has no name to give
  const backend = getBackend();
  const kernel = registered.get(`${op} on ${backend}`) as FusedKernel<Op> | undefined;
  const reason =
    kernel === undefined ? `no fused kernel is registered for ${op} on ${backend}` : kernel.unsupported(facts);
  if (kernel !== undefined && reason === undefined) return { kernel };
  if (mode === 'fused')
    throw new KernelError(op, "a fused kernel, as kernel: 'fused' asks", `none: ${reason}`, "Use kernel: 'auto'.");
  return { reason: reason as string };
}
