import { registerEngine } from './wasm/register';

export {
  chooseKernel,
  type FusedKernel,
  type KernelChoice,
  type KernelMode,
  kernelModes,
  registerFusedKernel,
  type SequenceFacts,
  type SequenceOp,
} from './fused-kernels';
export { type GruSequenceArgs, type GruSequenceResult, gruSequence, gruSequences } from './gru/gru-sequence';
export { KernelError } from './kernel-error';
export { type LstmSequenceArgs, type LstmSequenceResult, lstmSequence, lstmSequences } from './lstm/lstm-sequence';
export { type RnnSequenceArgs, type RnnSequenceResult, rnnSequence, rnnSequences } from './rnn/rnn-sequence';
export { type ScanStep, scan } from './scan';
export type { SequenceActivation, SequenceArgs, SequenceResult } from './sequence';
export { fromSteps, toSteps } from './steps';
export { type EngineMemory, memory } from './wasm/memory';
export { setThreads } from './wasm/set-threads';

registerEngine();
