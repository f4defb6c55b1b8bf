export { type Activation, type ActivationName, activationFunction } from './activation';
export { ArgumentError } from './argument-error';
export { BaseRNNCell, type NamedWeights } from './base-rnn-cell';
export type { AnyRNNCell, BuildContext, RNNCell, SequenceOptions } from './cell';
export {
  BidirectionalGridLSTMCell,
  type BidirectionalGridLSTMCellOptions,
  type BidirectionalGridLSTMState,
} from './contrib/bidirectional-grid-lstm-cell';
export { CFNCell, type CFNCellOptions } from './contrib/cfn-cell';
export { ClockworkRNNCell, type ClockworkRNNCellOptions, type ClockworkState } from './contrib/clockwork-rnn-cell';
export { Conv1DLSTMCell } from './contrib/conv-1d-lstm-cell';
export { Conv2DLSTMCell } from './contrib/conv-2d-lstm-cell';
export { Conv3DLSTMCell } from './contrib/conv-3d-lstm-cell';
export { ConvLSTMCell, type ConvLSTMCellOptions, type ConvTensors } from './contrib/conv-lstm-cell';
export {
  CoupledInputForgetGateLSTMCell,
  type CoupledInputForgetGateLSTMCellOptions,
} from './contrib/coupled-input-forget-gate-lstm-cell';
export { CudnnCompatibleGRUCell, type CudnnCompatibleGRUCellOptions } from './contrib/cudnn-compatible-gru-cell';
export { CudnnCompatibleLSTMCell } from './contrib/cudnn-compatible-lstm-cell';
export { DepthGatedLSTMCell, type DepthGatedLSTMCellOptions } from './contrib/depth-gated-lstm-cell';
export { GLSTMCell, type GLSTMCellOptions } from './contrib/glstm-cell';
export {
  GridLSTMCell,
  type GridLSTMCellOptions,
  type GridLSTMState,
  type GridLSTMStateSize,
} from './contrib/grid-lstm-cell';
export { IndRNNCell, type IndRNNCellOptions } from './contrib/ind-rnn-cell';
export { IndyGRUCell, type IndyGRUCellOptions } from './contrib/indy-gru-cell';
export { IndyLSTMCell, type IndyLSTMCellOptions } from './contrib/indy-lstm-cell';
export { IntersectionRNNCell, type IntersectionRNNCellOptions } from './contrib/intersection-rnn-cell';
export { LayerNormBasicLSTMCell, type LayerNormBasicLSTMCellOptions } from './contrib/layer-norm-basic-lstm-cell';
export { LayerNormLSTMCell, type LayerNormLSTMCellOptions } from './contrib/layer-norm-lstm-cell';
export { MinimalRNNCell, type MinimalRNNCellOptions } from './contrib/minimal-rnn-cell';
export { NASCell, type NASCellOptions } from './contrib/nas-cell';
export { NTMCell, type NTMCellOptions, type NTMState } from './contrib/ntm-cell';
export { PhasedLSTMCell, type PhasedLSTMCellOptions } from './contrib/phased-lstm-cell';
export { SRUCell, type SRUCellOptions } from './contrib/sru-cell';
export { TimeFreqLSTMCell, type TimeFreqLSTMCellOptions } from './contrib/time-freq-lstm-cell';
export { UGRNNCell, type UGRNNCellOptions } from './contrib/ugrnn-cell';
export { WeightNormLSTMCell, type WeightNormLSTMCellOptions } from './contrib/weight-norm-lstm-cell';
export { BasicLSTMCell, type BasicLSTMCellOptions, type LSTMState, type LSTMStateSize } from './core/basic-lstm-cell';
export { BasicRNNCell, type BasicRNNCellOptions } from './core/basic-rnn-cell';
export { GRUCell, type GRUCellOptions } from './core/gru-cell';
export { LSTMCell, type LSTMCellOptions } from './core/lstm-cell';
export { type LayerOptions, LayerRNNCell, type WeightDeclaration } from './layer-rnn-cell';
export { ownZeroState } from './own-zero-state';
export { Random } from './random';
export { RandomStreams } from './random-streams';
export type { GruRecurrence, LayersRecurrence, LstmRecurrence, Recurrence, RnnRecurrence } from './recurrence';
export {
  checkState,
  describeState,
  flattenState,
  joinState,
  LSTMStateTuple,
  mapState,
  type State,
  type StateSize,
  splitState,
  unflattenState,
  zeroState,
} from './state';
export { dimsOf, type Size, type SizeOf, sizeOf, TensorShape, widthOf } from './tensor-shape';
export { tidyState } from './tidy-state';
export {
  constant,
  glorotUniform,
  type Initializer,
  ones,
  randomNormal,
  randomUniform,
  truncatedNormal,
  zeros,
} from './weights/initializers';
export { type Reuse, VariableError, VariableStore } from './weights/variable-store';
export {
  AttentionCellWrapper,
  type AttentionCellWrapperOptions,
  type AttentionState,
} from './wrappers/attention-cell-wrapper';
export { DeviceWrapper } from './wrappers/device-wrapper';
export { type DropoutStateFilter, DropoutWrapper, type DropoutWrapperOptions } from './wrappers/dropout-wrapper';
export { EmbeddingWrapper, type EmbeddingWrapperOptions } from './wrappers/embedding-wrapper';
export { HighwayWrapper, type HighwayWrapperOptions } from './wrappers/highway-wrapper';
export { InputProjectionWrapper, type InputProjectionWrapperOptions } from './wrappers/input-projection-wrapper';
export {
  type InputsOf,
  MultiRNNCell,
  type MultiRNNCellOptions,
  type OutputsOf,
  type StatesOf,
} from './wrappers/multi-rnn-cell';
export { OutputProjectionWrapper, type OutputProjectionWrapperOptions } from './wrappers/output-projection-wrapper';
export { ResidualWrapper, type ResidualWrapperOptions } from './wrappers/residual-wrapper';
export { type TrainableInitialStateOptions, trainableInitialState } from './wrappers/trainable-initial-state';
export { ZoneoutWrapper, type ZoneoutWrapperOptions } from './wrappers/zoneout-wrapper';
