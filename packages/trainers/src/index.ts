export { type AverageWeights, type AverageWeightsOptions, averageWeights } from './callbacks/average-weights';
export { type BestSoFar, bestSoFar } from './callbacks/best-so-far';
export { type EarlyStopping, type EarlyStoppingOptions, earlyStopping } from './callbacks/early-stopping';
export type { MonitorOptions } from './callbacks/watching';
export { Estimator, type EstimatorOptions, type ModelDir } from './estimator/estimator';
export type { Mode, ModelFn, ModelFnOps } from './estimator/model-fn';
export { type OptimizeLossOptions, optimizeLoss, type TrainOp } from './estimator/optimize-loss';
export type { BatchRequest, ExampleBatch, Examples } from './examples';
export { type ClippedGradients, clipByGlobalNorm } from './gradients/clip-by-global-norm';
export { type ValueAndGradients, valueAndGradients } from './gradients/value-and-gradients';
export { NotFiniteError } from './guard/not-finite-error';
export type { Loss } from './losses/loss';
export { meanSquaredError } from './losses/mean-squared-error';
export { type SoftmaxCrossEntropyOptions, softmaxCrossEntropy } from './losses/softmax-cross-entropy';
export { accuracy } from './metrics/accuracy';
export type { Metric } from './metrics/metric';
export type { Head, KernelChoice, Runner } from './models/last-output';
export type { ApplyOptions, Model } from './models/model';
export { type SequenceClassifierOptions, sequenceClassifier } from './models/sequence-classifier';
export type { SequenceModelOptions } from './models/sequence-model';
export { type SequenceRegressorOptions, sequenceRegressor } from './models/sequence-regressor';
export { type AdagradOptions, adagrad } from './optimizers/adagrad';
export { type AdamOptions, adam } from './optimizers/adam';
export { gradientDescent } from './optimizers/gradient-descent';
export { type MomentumOptions, momentum } from './optimizers/momentum';
export type { Optimizer, OptimizerState } from './optimizers/optimizer';
export { type RmsPropOptions, rmsProp } from './optimizers/rms-prop';
export { constant } from './schedules/constant';
export { type CosineDecayOptions, cosineDecay } from './schedules/cosine-decay';
export { type ExponentialDecayOptions, exponentialDecay } from './schedules/exponential-decay';
export { type OneCycleOptions, oneCycle } from './schedules/one-cycle';
export type { LearningRate, Schedule } from './schedules/schedule';
export { type WarmUpOptions, warmUp } from './schedules/warm-up';
export type { SavedTensor, SavedTensors } from './state/saved-tensors';
export type { SavedCallback, StepReport, TrainingState } from './state/training-state';
export type { FitOptions } from './trainer/fit-options';
export type { Evaluation, FitResult } from './trainer/fit-result';
export type { Forward } from './trainer/forward';
export type { PredictInputs } from './trainer/input-batches';
export { Trainer, type TrainerOptions } from './trainer/trainer';
export type {
  CallbackState,
  Measures,
  ReportInfo,
  StepEndInfo,
  StepInfo,
  TrainEndInfo,
  TrainingCallback,
  TrainingPosition,
  TrainingRun,
  ValidationInfo,
} from './trainer/training-callback';
