import { ArgumentError, Random } from '@rnn/cells';
import { dataInHostMemory } from '@rnn/kernels';
import { type Tensor2D, tidy } from '@tensorflow/tfjs-core';
import { checkCount, checkFunction, checkPositive, checkSeed, describeValue } from '../checks';
import type { Examples } from '../examples';
import { checkWeights } from '../guard/guard';
import type { Loss } from '../losses/loss';
import type { Metric } from '../metrics/metric';
import type { Model } from '../models/model';
import type { Optimizer } from '../optimizers/optimizer';
import { shapeText } from '../shape-text';
import { restoreCallbacks, savedCallbacks } from '../state/saved-callbacks';
import { assignSaved, checkSaved, savedTensors } from '../state/saved-tensors';
import type { StepReport, TrainingState } from '../state/training-state';
import { EventLoopTurns } from './event-loop-turns';
import { checkExamples, type FitOptions, type FitPlan, planFit } from './fit-options';
import type { Evaluation, FitResult } from './fit-result';
import type { Forward } from './forward';
import { inputBatches, type PredictInputs } from './input-batches';
import { isValidated } from './is-validated';
import { Learner } from './learner';
import { medianAndMin } from './median-and-min';
import { trainingBatches } from './training-batches';
import type { TrainingCallback, TrainingRun } from './training-callback';

/** Exactly one of `loss` and `forward` is to be given. */
export interface TrainerOptions<MetricName extends string> {
  /** Of the model's predictions. */
  readonly loss?: Loss | undefined;
  /** Computes predictions and loss at once, for a loss that needs more than the predictions. `predict` calls the model alone. */
  readonly forward?: Forward | undefined;
  /** For this trainer's model alone. */
  readonly optimizer: Optimizer;
  /** Gradients are clipped to this global norm before each update: see `clipByGlobalNorm`. Default: as the optimiser asks for. */
  readonly clipNorm?: number;
  /** What to measure besides, by the names that results and reports use. Default: nothing. */
  readonly metrics?: Readonly<Record<MetricName, Metric>>;
  /** The initial weights of a model that is not built yet and every shuffle follow from it: 0 to 2^53 - 1. Default: a random one. */
  readonly seed?: number | undefined;
}

/**
 * Trains a model, evaluates it and predicts with it. Two trainers with one seed, on one backend, give the same numbers to the bit.
 *
 * A step's loss and metrics are those of its batch before the update, with what is dropped in training; `evaluate`, `predict` and a `validation`
 * drop nothing. Calls of `fit` follow on one another: which examples a step sees
 * depends on the seed and the number of the step alone, so that 10 steps and 10 more are the same as 20.
 */
export class Trainer<MetricName extends string = never> {
  readonly model: Model;
  readonly optimizer: Optimizer;
  readonly #learner: Learner;
  readonly #seedIsGiven: boolean;
  #seed: number;
  #step = 0;
  readonly #reports: StepReport[] = [];
  /** For the callbacks of the next `fit`. */
  #callbacks: TrainingState['callbacks'] = new Map();
  /** Of the examples that were seen last. */
  #inputShape: readonly number[] | undefined;
  /** How many calls have begun and not ended. */
  #running = 0;

  constructor(model: Model, { loss, forward, optimizer, clipNorm, metrics, seed }: TrainerOptions<MetricName>) {
    checkFunction('Trainer', 'model.apply', model?.apply, 'sequenceClassifier and sequenceRegressor make models.');
    if (forward === undefined)
      checkFunction('Trainer', 'loss', loss, 'meanSquaredError and softmaxCrossEntropy are losses.');
    else if (loss !== undefined) throw new ArgumentError('Trainer', 'one of loss and forward', 'both');
    else checkFunction('Trainer', 'forward', forward);
    checkFunction('Trainer', 'optimizer.applyGradients', optimizer?.applyGradients, 'adam() makes an optimiser.');
    for (const [name, metric] of Object.entries(metrics ?? {})) checkFunction('Trainer', `metric ${name}`, metric);
    if (clipNorm !== undefined) checkPositive('Trainer', 'clipNorm', clipNorm);
    checkSeed('Trainer', seed);
    for (const name of ['loss', 'examples']) {
      if (metrics === undefined || !Object.hasOwn(metrics, name)) continue;
      throw new ArgumentError('Trainer', 'metrics of other names than loss and examples', name, 'Results use them.');
    }
    this.model = model;
    this.optimizer = optimizer;
    this.#seed = new Random(seed).seed;
    this.#seedIsGiven = seed !== undefined;
    this.#learner = new Learner(model, optimizer, forward ?? forwardOf(model, loss as Loss), metrics ?? {}, clipNorm);
  }

  /** What initial weights and shuffles follow from: the option, that of the state which was restored, or a random one. */
  get seed(): number {
    return this.#seed;
  }

  /** What is measured besides the loss, in the order of the results. */
  get metricNames(): readonly string[] {
    return Object.keys(this.#learner.metrics);
  }

  /** How many updates were made, over all calls of `fit`. */
  get step(): number {
    return this.#step;
  }

  /** The loss and the metrics of every step that was reported, over all calls of `fit`; also from before a state that was restored. */
  get reports(): readonly StepReport[] {
    return this.#reports;
  }

  /**
   * Updates the model on batches of `examples`, for a number of steps or of epochs. Builds a model that is not built yet. The loss is read
   * where it is reported or a callback asks, and, where data lie in host memory, by the guard against NaN. Throws `ArgumentError` before the first
   * update for options that do not fit, `NotFiniteError` where training goes astray; when anything throws later, the updates made so far
   * stay. When it throws with none made, a model that it built is as new again.
   */
  async fit(examples: Examples, options: FitOptions): Promise<FitResult<MetricName>> {
    return this.#call(() => this.#fit(examples, options));
  }

  async #fit(examples: Examples, options: FitOptions): Promise<FitResult<MetricName>> {
    const plan = planFit(examples, options, this.#step);
    const { callbacks = [], validation } = options;
    this.#build(examples);
    if (validation && shapeText(validation.targetShape) !== shapeText(examples.targetShape))
      await this.#tryTargets(validation);
    restoreCallbacks(callbacks, this.#callbacks);
    this.#callbacks = new Map();
    const steps = this.#step + plan.steps;
    const asked: StopRequest = {};
    const stop = (reason: string) => {
      asked.reason ??= reason;
    };
    const run = () => {
      const epoch = Math.floor(Math.max(this.#step - 1, 0) / plan.stepsPerEpoch);
      return { step: this.#step, steps, epoch, trainer: this, options, stop };
    };
    const [trained] = await Promise.allSettled([this.#train(examples, plan, options, run, asked)]);
    const failure = trained.status === 'rejected' ? { error: trained.reason } : {};
    const ended = await Promise.allSettled(callbacks.map(async (each) => each.onTrainEnd?.({ ...run(), ...failure })));
    for (const result of [trained, ...ended]) if (result.status === 'rejected') throw result.reason;
    return {
      ...(trained as PromiseFulfilledResult<FitResult<MetricName>>).value,
      ...(asked.reason !== undefined && this.#step < steps && { stopped: asked.reason }),
      ...(validation && { validation: await this.evaluate(validation) }),
    };
  }

  /**
   * The mean loss and metrics over all examples, exact also where the last batch is short. A loss or a metric that is no mean over its batch is
   * averaged over the batches by their sizes, and so depends on `batchSize`: a loss with class weights does where one of them is 0. Throws
   * `ArgumentError` for an empty set.
   */
  async evaluate(
    examples: Examples,
    { batchSize = 500 }: { readonly batchSize?: number } = {},
  ): Promise<Evaluation<MetricName>> {
    return this.#call(() => this.#evaluate(examples, batchSize));
  }

  async #evaluate(examples: Examples, batchSize: number): Promise<Evaluation<MetricName>> {
    checkExamples('evaluate', 'examples', examples);
    checkCount('evaluate', 'batchSize', batchSize);
    this.#build(examples);
    const turns = new EventLoopTurns();
    const sums: Record<string, number> = { loss: 0 };
    let count = 0;
    for (const batch of examples.batches({ batchSize })) {
      const outcome = this.#learner.evaluate(batch, examples);
      try {
        const { loss, metrics } = await outcome.measure();
        for (const [name, value] of Object.entries({ loss, ...metrics })) {
          sums[name] = (sums[name] ?? 0) + value * batch.size;
        }
        count += batch.size;
      } finally {
        outcome.dispose();
      }
      await turns.give();
    }
    const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / count]));
    return { ...means, examples: count } as Evaluation<MetricName>;
  }

  /**
   * Predicts batch by batch: inputs `[N, T, D]` give the values of `[N, K]`, row-major. For bare values, `inputShape` is `[T, D]`; by
   * default that of the examples this trainer saw last. Throws `ArgumentError` where inputs do not fit.
   */
  async predict(
    inputs: PredictInputs,
    {
      batchSize = 500,
      inputShape = this.#inputShape,
    }: { readonly batchSize?: number; readonly inputShape?: readonly number[] | undefined } = {},
  ): Promise<Float32Array> {
    return this.#call(() => this.#predict(inputs, batchSize, inputShape));
  }

  async #predict(
    inputs: PredictInputs,
    batchSize: number,
    inputShape: readonly number[] | undefined,
  ): Promise<Float32Array> {
    checkCount('predict', 'batchSize', batchSize);
    const turns = new EventLoopTurns();
    const parts: Float32Array[] = [];
    for (const { inputs: batch, lengths: sequenceLength } of inputBatches(inputs, batchSize, inputShape)) {
      let predictions: Tensor2D | undefined;
      try {
        this.model.build(batch.shape.slice(1), { seed: this.seed });
        predictions = tidy(() => this.model.apply(batch, { training: false, sequenceLength }));
        parts.push(await predictions.data<'float32'>());
      } finally {
        batch.dispose();
        predictions?.dispose();
      }
      await turns.give();
    }
    return joined(parts);
  }

  /**
   * All that the run is made of now, as plain data, with what these callbacks remember. Throws `ArgumentError` where no examples were seen yet,
   * and for callbacks with a state and without a name of their own.
   */
  async state(callbacks: readonly TrainingCallback[] = []): Promise<TrainingState> {
    const { step, seed, model, optimizer } = this;
    const inputShape = this.#inputShape;
    if (inputShape === undefined) throw new ArgumentError('state', 'a trainer that has seen examples', 'a new one');
    return {
      ...{ step, seed, inputShape, streams: model.streams?.states() ?? {}, reports: [...this.#reports] },
      callbacks: await savedCallbacks(callbacks),
      variables: await savedTensors(model.variables),
      optimizer: await optimizer.state(),
    };
  }

  /**
   * Goes on as the trainer that had this state, to the bit; the callbacks of the next `fit` take over theirs. Builds a model that is not built
   * yet. Throws `ArgumentError`, and changes nothing, where it is the state of another model or optimiser, or of a run with another seed than the
   * one that was given here.
   */
  restore(state: TrainingState): void {
    if (typeof state !== 'object' || state === null)
      throw new ArgumentError(
        'restore',
        'the state of a run',
        describeValue(state),
        'Without a checkpoint there is nothing to restore.',
      );
    const { step, seed, inputShape, variables, optimizer, streams, reports, callbacks } = state;
    const { model } = this;
    if (this.#running > 0)
      throw new ArgumentError('restore', 'a trainer that is idle', 'one in a call', 'Await it first.');
    if (this.#seedIsGiven && seed !== this.#seed)
      throw new ArgumentError('restore', `the state of a run with seed ${this.#seed}`, `seed ${seed}`);
    const wasBuilt = model.variables.size > 0;
    try {
      model.build(inputShape, { seed });
      checkSaved('restore', variables, model.variables);
      if (model.streams === undefined && Object.keys(streams).length > 0)
        throw new ArgumentError('restore', 'a model with streams, as the saved one was', 'one without');
      this.optimizer.restore(model.variables, optimizer);
    } catch (error) {
      if (!wasBuilt) model.dispose();
      throw error;
    }
    assignSaved(model.variables, variables);
    model.streams?.restore(streams);
    this.#inputShape = inputShape;
    this.#seed = seed;
    this.#step = step;
    this.#reports.splice(0, this.#reports.length, ...reports);
    this.#callbacks = callbacks;
  }

  /** Frees the model's variables and the optimiser's slots. */
  dispose(): void {
    this.model.dispose();
    this.optimizer.dispose();
  }

  /** Runs a call; when it throws, what it built is taken back, unless it made an update or another call is using it. */
  async #call<T>(work: () => Promise<T>): Promise<T> {
    const { model, optimizer } = this;
    const [step, wasBuilt, wasUsed] = [this.#step, model.variables.size > 0, optimizer.iterations > 0];
    this.#running++;
    try {
      return await work();
    } catch (error) {
      if (!wasBuilt && this.#step === step && this.#running === 1) {
        model.dispose();
        if (!wasUsed) optimizer.dispose();
      }
      throw error;
    } finally {
      this.#running--;
    }
  }

  /** Measures one example, so that targets of a format that does not fit are told before training, not after. */
  async #tryTargets(validation: Examples): Promise<void> {
    try {
      await this.#evaluate(firstOf(validation), 1);
    } catch (error) {
      if (!(error instanceof ArgumentError)) throw error;
      const expected = 'validation to have targets that the loss and the metrics can use';
      throw new ArgumentError('fit', expected, `targetShape ${shapeText(validation.targetShape)}`, error.message);
    }
  }

  #build(examples: Examples): void {
    this.model.build(examples.inputShape, { seed: this.seed });
    this.#inputShape = examples.inputShape;
  }

  async #train(
    examples: Examples,
    plan: FitPlan,
    { callbacks = [], validation }: FitOptions,
    run: () => TrainingRun,
    asked: StopRequest,
  ): Promise<FitResult<MetricName>> {
    for (const callback of callbacks) await callback.onTrainBegin?.(run());
    const turns = new EventLoopTurns();
    const stepMs: number[] = [];
    const losses: { step: number; value: number }[] = [];
    const isStopped = () => asked.reason !== undefined;
    let sequences = 0;
    let validationMs = 0;
    const began = performance.now();
    let stepBegan = began;
    const batches = plan.steps === 0 || isStopped() ? [] : trainingBatches(examples, plan, this.seed, this.#step);
    for (const batch of batches) {
      const outcome = this.#learner.update(batch, examples, {
        ...{ step: this.#step + 1, partSize: plan.partSize },
        checkFinite: plan.stopAtNaN && dataInHostMemory(),
      });
      this.#step++;
      stepMs.push(performance.now() - stepBegan);
      sequences += batch.size;
      try {
        const here = run();
        for (const callback of callbacks) await callback.onStep?.({ ...here, measure: () => outcome.measure() });
        const isLast = stepMs.length === plan.steps;
        if (here.step % plan.reportEvery === 0 || isLast) {
          const measures = await outcome.measure();
          if (plan.stopAtNaN && (isLast || !Number.isFinite(measures.loss)))
            await checkWeights(here.step, measures.loss, this.model.variables);
          losses.push({ step: here.step, value: measures.loss });
          this.#reports.push({ step: here.step, ...measures });
          for (const callback of callbacks) await callback.onReport?.({ ...here, ...measures });
        }
        if (validation && isValidated(here)) validationMs += await this.#validate(validation, here, callbacks);
        if (here.step % plan.stepsPerEpoch === 0) for (const callback of callbacks) await callback.onEpochEnd?.(here);
        if (plan.stopAtNaN && isStopped())
          await checkWeights(here.step, (await outcome.measure()).loss, this.model.variables);
      } finally {
        outcome.dispose();
      }
      const last = stepMs.length === plan.steps || isStopped();
      for (const callback of callbacks) await callback.onStepEnd?.({ ...run(), last });
      if (last) break;
      await turns.give();
      stepBegan = performance.now();
    }
    const seconds = (performance.now() - began - validationMs) / 1000;
    return {
      steps: stepMs.length,
      epochs: stepMs.length / plan.stepsPerEpoch,
      seconds,
      msPerStep: medianAndMin(stepMs),
      sequencesPerSecond: sequences / seconds,
      loss: losses,
    };
  }

  /** Tells the callbacks what the model makes of the validation set. Gives the milliseconds that measuring took. */
  async #validate(validation: Examples, here: TrainingRun, callbacks: readonly TrainingCallback[]): Promise<number> {
    const began = performance.now();
    const { loss, examples, ...metrics } = await this.evaluate(validation);
    const ms = performance.now() - began;
    for (const callback of callbacks) await callback.onValidation?.({ ...here, loss, metrics, examples });
    return ms;
  }
}

/** What the callbacks of a fit asked for: why it shall end, if it shall. */
interface StopRequest {
  reason?: string;
}

const firstOf = (examples: Examples): Examples => ({
  ...{ size: 1, inputShape: examples.inputShape, targetShape: examples.targetShape },
  *batches(request) {
    for (const batch of examples.batches(request)) return yield batch;
  },
});

const forwardOf =
  (model: Model, loss: Loss): Forward =>
  (inputs, targets, mode, sequenceLength) => {
    const predictions = model.apply(inputs, { training: mode === 'train', sequenceLength });
    return { predictions, loss: loss(predictions, targets) };
  };

function joined(parts: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(parts.reduce((length, part) => length + part.length, 0));
  let end = 0;
  for (const part of parts) {
    all.set(part, end);
    end += part.length;
  }
  return all;
}
