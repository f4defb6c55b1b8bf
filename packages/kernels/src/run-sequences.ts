import { type Tensor3D, type TensorContainer, tidy, transpose } from '@tensorflow/tfjs-core';
import { chooseKernel, type FusedKernel, type SequenceFacts, type SequenceOp, type SequenceOps } from './fused-kernels';
import { KernelError } from './kernel-error';
import { type SequenceArgs, scheduleFacts } from './sequence';

/**
 * Several sequences on checked arguments: at once where one fused kernel runs them all, one after the other where not. `reference` is
 * time-major and gives all outputs.
 */
export function runSequences<Op extends SequenceOp>(
  op: Op,
  sequences: readonly { readonly args: SequenceOps[Op]['args']; readonly facts: SequenceFacts }[],
  reference: (args: SequenceOps[Op]['args']) => SequenceOps[Op]['result'],
): SequenceOps[Op]['result'][] {
  // TypeScript cannot resolve what a kernel of a generic operation takes.
  type Kernel = { run(sequences: readonly SequenceOps[Op]['args'][]): SequenceOps[Op]['result'][] } | undefined;
  const kernels = sequences.map(({ args, facts }) => {
    return kernelFor(op, { ...facts, ...scheduleFacts(args) }, args) as unknown as Kernel;
  });
  const [kernel] = kernels;
  const all = sequences.map(({ args }) => args);
  const run = (): SequenceOps[Op]['result'][] => {
    if (kernel !== undefined && kernels.every((other) => other === kernel)) return kernel.run(all);
    return all.map((args, i) => kernels[i]?.run([args])[0] ?? runReference(args, reference));
  };
  return tidy(() => run() as unknown as TensorContainer) as unknown as SequenceOps[Op]['result'][];
}

/** The fused kernel that runs a sequence, if any. Throws where `kernel: 'fused'` or `swapMemory` asks for one, and there is none. */
export function kernelFor<Op extends SequenceOp>(
  op: Op,
  facts: SequenceFacts,
  args: SequenceArgs,
): FusedKernel<Op> | undefined {
  const { kernel: mode, swapMemory = false } = args;
  // Where there is none, to leave swapMemory out is the remedy, not kernel: 'auto'.
  const { kernel, reason } = chooseKernel(op, facts, swapMemory && mode === 'fused' ? 'auto' : mode);
  if (kernel === undefined && swapMemory)
    throw new KernelError(op, 'a fused kernel, as swapMemory asks', `none: ${reason}`, 'Leave swapMemory out.');
  return kernel;
}

function runReference<Op extends SequenceOp>(
  args: SequenceOps[Op]['args'],
  reference: (args: SequenceOps[Op]['args']) => SequenceOps[Op]['result'],
): SequenceOps[Op]['result'] {
  const { timeMajor = true, returnSequences = true } = args;
  const swap = (x: Tensor3D): Tensor3D => (timeMajor ? x : transpose(x, [1, 0, 2]));
  const { outputs, ...state } = reference({ ...args, inputs: swap(args.inputs) });
  return { ...(returnSequences && { outputs: swap(outputs) }), ...state } as SequenceOps[Op]['result'];
}
