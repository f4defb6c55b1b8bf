import { type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { clipByGlobalNorm } from '../gradients/clip-by-global-norm';
import type { Optimizer } from '../optimizers/optimizer';
import type { TrainOp } from './optimize-loss';

/** Updates as the train op of each batch says, with the optimiser that the first one made. */
export class TrainOpOptimizer implements Optimizer {
  /** Of the next update. */
  #trainOp: TrainOp | undefined;
  #optimizer: Optimizer | undefined;

  get name(): string {
    return this.#optimizer?.name ?? 'TrainOp';
  }

  get learningRate(): number {
    if (this.#trainOp === undefined) return 0;
    const { learningRate, learningRateDecayFn } = this.#trainOp;
    return learningRateDecayFn?.(learningRate, this.iterations) ?? learningRate;
  }

  get iterations(): number {
    return this.#optimizer?.iterations ?? 0;
  }

  get slots(): ReadonlyMap<string, Variable> {
    return this.#optimizer?.slots ?? new Map();
  }

  /** What `applyGradients` is to follow. */
  follow(trainOp: TrainOp): void {
    this.#trainOp = trainOp;
  }

  applyGradients(variables: ReadonlyMap<string, Variable>, gradients: ReadonlyMap<string, Tensor>): void {
    const { makeOptimizer, clipGradients } = this.#trainOp as TrainOp;
    const rate = this.learningRate;
    this.#optimizer ??= makeOptimizer(rate);
    const optimizer = this.#optimizer;
    optimizer.learningRate = rate;
    tidy(() => {
      const clipped = clipGradients === undefined ? gradients : clipByGlobalNorm(gradients, clipGradients).gradients;
      optimizer.applyGradients(variables, clipped);
    });
  }

  dispose(): void {
    this.#optimizer?.dispose();
    this.#optimizer = undefined;
  }
}
