import { registerNativeKernels, registerTensorflow } from './tensorflow/register';
import { registerEngine } from './wasm/register';
import { registerParts } from './wasm/register-parts';
import { registerSoftmaxCrossEntropy } from './wasm/register-softmax-cross-entropy';
import { registerUpdates } from './wasm/register-updates';
import { registerWebgpu } from './webgpu/register';
import { registerWebgpuAdam } from './webgpu/register-adam';

export {
  chooseKernel,
  type FusedKernel,
  type FusedOp,
  type KernelChoice,
  type KernelMode,
  kernelModes,
  type LayerFacts,
  registerFusedKernel,
  type SequenceFacts,
  type SequenceOp,
} from './fused-kernels';
export { type GruSequenceArgs, type GruSequenceResult, gruSequence, gruSequences } from './gru/gru-sequence';
export { KernelError } from './kernel-error';
export {
  type LayeredSequenceArgs,
  type LayeredSequenceResult,
  layeredSequences,
} from './layered/layered-sequences';
export type { LayerState, SequenceLayer } from './layered/sequence-layer';
export { type LstmSequenceArgs, type LstmSequenceResult, lstmSequence, lstmSequences } from './lstm/lstm-sequence';
export { joined } from './parts';
export { product } from './product';
export { type RnnSequenceArgs, type RnnSequenceResult, rnnSequence, rnnSequences } from './rnn/rnn-sequence';
export { type ScanStep, scan } from './scan';
export type { SequenceActivation, SequenceArgs, SequenceResult } from './sequence';
export {
  type CrossEntropyFacts,
  labelShares,
  type SoftmaxCrossEntropyArgs,
  softmaxCrossEntropy,
} from './softmax-cross-entropy/softmax-cross-entropy';
export { fromSteps, toSteps } from './steps';
export { type AdagradUpdateArgs, adagradUpdate } from './updates/adagrad-update';
export { type AdamUpdateArgs, adamUpdate } from './updates/adam-update';
export {
  type ClipByGlobalNormArgs,
  type ClipByGlobalNormResult,
  clipByGlobalNorm,
} from './updates/clip-by-global-norm';
export { type MomentumUpdateArgs, momentumUpdate } from './updates/momentum-update';
export type { UpdateArgs, UpdatedVariable, VariableUpdate } from './updates/variable-update';
export { allFinite } from './wasm/all-finite';
export { dataInHostMemory } from './wasm/host-backends';
export { numbersOf } from './wasm/host-data';
export { type EngineMemory, memory } from './wasm/memory';
export { setThreads } from './wasm/set-threads';
export { whereRows } from './where-rows';

registerEngine();
registerWebgpu();
registerNativeKernels();
registerTensorflow();
registerWebgpuAdam();
registerSoftmaxCrossEntropy();
registerUpdates();
registerParts();
