export {
  type BidirectionalDynamicRnnOptions,
  type BidirectionalOptions,
  bidirectionalDynamicRnn,
} from './bidirectional-dynamic-rnn';
export { type DynamicRnnOptions, dynamicRnn } from './dynamic-rnn';
export { type ExplainOptions, Explanation, explain } from './explain';
export { type LastRelevantOptions, lastRelevant } from './last-relevant';
export type { OverTime } from './over-time';
export type { LayerPlan } from './plan';
export {
  type Emitted,
  type LoopFunction,
  type LoopStep,
  type RawRnnOptions,
  rawRnn,
} from './raw-rnn';
export { type ReverseSequenceOptions, reverseSequence } from './reverse-sequence';
export type { RowFlags } from './row-flags';
export type { RunnerOptions, RunnerOutputs, TensorRunnerOptions } from './runner-options';
export type { SequenceLength } from './sequence-length';
export {
  type StackBidirectionalDynamicRnnOptions,
  type StackBidirectionalOptions,
  stackBidirectionalDynamicRnn,
} from './stack-bidirectional-dynamic-rnn';
export { stackBidirectionalRnn } from './stack-bidirectional-rnn';
export { staticBidirectionalRnn } from './static-bidirectional-rnn';
export { type StaticRnnOptions, staticRnn } from './static-rnn';
export {
  type StateName,
  type StateSaver,
  type StaticStateSavingRnnOptions,
  staticStateSavingRnn,
} from './static-state-saving-rnn';
export type { StepReport } from './step-loop';
export { Stream, type StreamOptions, stream } from './stream';
export { type TimeWindow, type TimeWindowsOptions, timeWindows } from './time-windows';
export { TruncatedRnn, type TruncatedRnnOptions, truncatedRnn, type WindowOptions } from './truncated-rnn';
