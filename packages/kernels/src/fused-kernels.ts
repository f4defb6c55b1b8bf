import { getBackend, type Scalar, backend as startBackend } from '@tensorflow/tfjs-core';
import type { GruSequenceArgs, GruSequenceResult } from './gru/gru-sequence';
import { KernelError } from './kernel-error';
import type { LayeredSequenceArgs, LayeredSequenceResult } from './layered/layered-sequences';
import type { SequenceLayer } from './layered/sequence-layer';
import type { LstmSequenceArgs, LstmSequenceResult } from './lstm/lstm-sequence';
import type { RnnSequenceArgs, RnnSequenceResult } from './rnn/rnn-sequence';
import type { SequenceActivation } from './sequence';
import type { CrossEntropyFacts, SoftmaxCrossEntropyArgs } from './softmax-cross-entropy/softmax-cross-entropy';
import type { AdagradUpdateArgs } from './updates/adagrad-update';
import type { AdamUpdateArgs } from './updates/adam-update';
import type { ClipByGlobalNormArgs, ClipByGlobalNormResult } from './updates/clip-by-global-norm';
import type { MomentumUpdateArgs } from './updates/momentum-update';
import type { UpdatedVariable } from './updates/variable-update';

/**
 * `fused`: one kernel for the whole operation, or an error that says why there is none. `reference`: stock TensorFlow.js operations.
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

/** What a kernel may need to know of a layer of a stack. */
export interface LayerFacts extends SequenceFacts {
  readonly type: SequenceLayer['type'];
}

/** Each operation: what a kernel may need to know before it says that it can run, what it takes and what it gives. */
interface FusedOps extends FusedSequences {
  /** Stacks that do not need each other; the facts are those of one's layers, the lowest first. */
  layeredSequence: {
    facts: readonly LayerFacts[];
    args: readonly LayeredSequenceArgs[];
    result: LayeredSequenceResult[];
  };
  softmaxCrossEntropy: { facts: CrossEntropyFacts; args: SoftmaxCrossEntropyArgs; result: Scalar };
  adamUpdate: { facts: undefined; args: AdamUpdateArgs; result: readonly UpdatedVariable<'m' | 'v'>[] };
  adagradUpdate: { facts: undefined; args: AdagradUpdateArgs; result: readonly UpdatedVariable<'acc'>[] };
  momentumUpdate: { facts: undefined; args: MomentumUpdateArgs; result: readonly UpdatedVariable<'acc'>[] };
  clipByGlobalNorm: { facts: undefined; args: ClipByGlobalNormArgs; result: ClipByGlobalNormResult };
}

/** One sequence, or several that do not need each other. Without `outputs` where `returnSequences` is false. */
type FusedSequences = {
  [Op in SequenceOp]: {
    facts: SequenceFacts;
    args: readonly SequenceOps[Op]['args'][];
    result: SequenceOps[Op]['result'][];
  };
};

export type FusedOp = keyof FusedOps;

/** The sizes and options of a sequence; known before there are weights. */
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
  /** Some rows end before the last step. */
  readonly unevenLengths?: boolean;
  /** Not all states are to be kept for the backward pass. */
  readonly swapMemory?: boolean;
}

/** The backend of kernels for TensorFlow where it computes on CUDA; `tensorflow` is that of those for where it computes on the CPU. */
export const tensorflowOnCuda = 'tensorflow-cuda';

/** One operation on one TensorFlow.js backend. */
export interface FusedKernel<Op extends FusedOp = FusedOp> {
  readonly op: Op;
  /** The TensorFlow.js backend it runs on: `wasm`, `cpu`, …; `tensorflow` on the CPU, and `tensorflow-cuda`. */
  readonly backend: string;
  /** What computes it, for a person: `WebAssembly, 2 threads, relaxed SIMD`. It may depend on the sizes and options, where they are known. */
  device(facts?: FusedOps[Op]['facts']): string;
  /** Why it cannot run these sizes and options; undefined where it can. */
  unsupported(facts: FusedOps[Op]['facts']): string | undefined;
  /** The operation on checked arguments, differentiable where the reference is; it frees what it does not return. */
  run(args: FusedOps[Op]['args']): FusedOps[Op]['result'];
}

/** A fused kernel, or why the reference runs. */
export type KernelChoice<Op extends FusedOp = FusedOp> =
  | { readonly kernel: FusedKernel<Op>; readonly reason?: undefined }
  | { readonly kernel?: undefined; readonly reason: string };

const registered = new Map<string, FusedKernel>();

/** Makes a kernel the choice for its operation on its backend. Returns a function that takes it back. */
export function registerFusedKernel<Op extends FusedOp>(kernel: FusedKernel<Op>): () => void {
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
export function chooseKernel<Op extends FusedOp>(
  op: Op,
  facts: FusedOps[Op]['facts'],
  mode: KernelMode = 'auto',
): KernelChoice<Op> {
  if (!kernelModes.includes(mode))
    throw new KernelError(op, `kernel to be one of ${kernelModes.join(', ')}`, `'${mode}'`);
  if (mode === 'reference') return { reason: "kernel: 'reference' was asked for" };
  const backend = backendOfKernels();
  const kernel = registered.get(`${op} on ${backend}`) as FusedKernel<Op> | undefined;
  const reason =
    kernel === undefined ? `no fused kernel is registered for ${op} on ${backend}` : kernel.unsupported(facts);
  if (kernel !== undefined && reason === undefined) return { kernel };
  if (mode === 'fused')
    throw new KernelError(op, "a fused kernel, as kernel: 'fused' asks", `none: ${reason}`, "Use kernel: 'auto'.");
  return { reason: reason as string };
}

/** The backend in use, as kernels are registered for it. */
export function backendOfKernels(): string {
  // Before the first tensor there is none, and getBackend has no name to give.
  const { isUsingGpuDevice = false } = startBackend() as { isUsingGpuDevice?: boolean };
  return isUsingGpuDevice ? tensorflowOnCuda : getBackend();
}
