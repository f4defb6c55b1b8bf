import type { Tensor, Variable } from '@tensorflow/tfjs-core';
import type { Optimizer, OptimizerState } from '../optimizers/optimizer';
import { rateAt } from '../schedules/rate-at';
import type { TrainOp } from './optimize-loss';

/** Updates as the train op of each batch says, with the optimiser that the first one made. */
export class TrainOpOptimizer implements Optimizer {
  /** Of the next update. */
  #trainOp: TrainOp | undefined;
  #optimizer: Optimizer | undefined;
  /** For the optimiser that the next train op makes. */
  #restored: OptimizerState | undefined;

  get name(): string {
    return this.#optimizer?.name ?? this.#restored?.name ?? 'TrainOp';
  }

  get learningRate(): number {
    if (this.#trainOp === undefined) return 0;
    const { learningRate, learningRateDecayFn } = this.#trainOp;
    const rate = rateAt('optimizeLoss', learningRate, this.iterations);
    return learningRateDecayFn?.(rate, this.iterations) ?? rate;
  }

  get clipNorm(): number | undefined {
    return this.#trainOp?.clipGradients;
  }

  get iterations(): number {
    return this.#optimizer?.iterations ?? this.#restored?.iterations ?? 0;
  }

  get slots(): ReadonlyMap<string, Variable> {
    return this.#optimizer?.slots ?? new Map();
  }

  /** What `applyGradients` is to follow. */
  follow(trainOp: TrainOp): void {
    this.#trainOp = trainOp;
  }

  applyGradients(variables: ReadonlyMap<string, Variable>, gradients: ReadonlyMap<string, Tensor>): void {
    const { makeOptimizer } = this.#trainOp as TrainOp;
    const rate = this.learningRate;
    const optimizer = this.#optimizer ?? this.#restoredBy(makeOptimizer(rate), variables);
    this.#optimizer = optimizer;
    optimizer.learningRate = rate;
    optimizer.applyGradients(variables, gradients);
  }

  async state(): Promise<OptimizerState> {
    const { name, iterations } = this;
    return this.#optimizer?.state() ?? this.#restored ?? { name, iterations, slots: new Map() };
  }

  /** Which optimiser it is only the next train op tells, so that the update throws where it is another. */
  restore(_variables: ReadonlyMap<string, Variable>, state: OptimizerState): void {
    this.dispose();
    this.#restored = state;
  }

  dispose(): void {
    this.#optimizer?.dispose();
    this.#optimizer = undefined;
    this.#restored = undefined;
  }

  #restoredBy(made: Optimizer, variables: ReadonlyMap<string, Variable>): Optimizer {
    if (this.#restored !== undefined) made.restore(variables, this.#restored);
    this.#restored = undefined;
    return made;
  }
}
