export { type ExplainOptions, Explanation, explain } from './pass/explain';
export type { LayerPlan } from './pass/plan';
export type { StepReport } from './pass/step-loop';
export {
  type BidirectionalDynamicRnnOptions,
  type BidirectionalOptions,
  bidirectionalDynamicRnn,
} from './runners/bidirectional-dynamic-rnn';
export { type DynamicRnnOptions, dynamicRnn } from './runners/dynamic-rnn';
export {
  type Emitted,
  type LoopFunction,
  type LoopStep,
  type RawRnnOptions,
  rawRnn,
} from './runners/raw-rnn';
export type { RunnerOptions, RunnerOutputs, TensorRunnerOptions } from './runners/runner-options';
export {
  type StackBidirectionalDynamicRnnOptions,
  type StackBidirectionalOptions,
  stackBidirectionalDynamicRnn,
} from './runners/stack-bidirectional-dynamic-rnn';
export { stackBidirectionalRnn } from './runners/stack-bidirectional-rnn';
export { staticBidirectionalRnn } from './runners/static-bidirectional-rnn';
export { type StaticRnnOptions, staticRnn } from './runners/static-rnn';
export {
  type StateName,
  type StateSaver,
  type StaticStateSavingRnnOptions,
  staticStateSavingRnn,
} from './runners/static-state-saving-rnn';
export { Stream, type StreamOptions, stream } from './runners/stream';
export { TruncatedRnn, type TruncatedRnnOptions, truncatedRnn, type WindowOptions } from './runners/truncated-rnn';
export { type LastRelevantOptions, lastRelevant } from './sequences/last-relevant';
export type { OverTime } from './sequences/over-time';
export { type ReverseSequenceOptions, reverseSequence } from './sequences/reverse-sequence';
export type { RowFlags } from './sequences/row-flags';
export type { SequenceLength } from './sequences/sequence-length';
export { type TimeWindow, type TimeWindowsOptions, timeWindows } from './sequences/time-windows';
