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
export { type GruSequenceArgs, type GruSequenceResult, gruSequence } from './gru/gru-sequence';
export { KernelError } from './kernel-error';
export { type LstmSequenceArgs, type LstmSequenceResult, lstmSequence } from './lstm/lstm-sequence';
export { type RnnSequenceArgs, type RnnSequenceResult, rnnSequence } from './rnn/rnn-sequence';
export { type ScanStep, scan } from './scan';
export type { SequenceActivation, SequenceArgs } from './sequence';
export { fromSteps, toSteps } from './steps';
export { type EngineMemory, memory } from './wasm/memory';
export { setThreads } from './wasm/set-threads';

registerEngine();
