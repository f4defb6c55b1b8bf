import { tensor1d, tidy, type Variable, variable } from '@tensorflow/tfjs-core';
import type { FitOptions } from '../trainer/fit-options';
import type { Trainer } from '../trainer/trainer';
import type { Measures, TrainingCallback, TrainingRun } from '../trainer/training-callback';

/** A fit that makes no updates of its own: the test gives the weights and what is measured. */
export class PretendedRun {
  readonly variables: ReadonlyMap<string, Variable> = new Map([
    ['kernel', tidy(() => variable(tensor1d([1, -2])))],
    ['bias', tidy(() => variable(tensor1d([0.5, 3, 4])))],
    ['counter', tidy(() => variable(tensor1d([7]), false))],
  ]);
  stopped: string | undefined;
  step = 0;

  constructor(
    readonly steps: number,
    readonly options: FitOptions = { batchSize: 1, validateEvery: 1 },
  ) {}

  get info(): TrainingRun {
    return {
      ...{ step: this.step, steps: this.steps, epoch: 0, options: this.options },
      trainer: { model: { variables: this.variables } } as unknown as Trainer<string>,
      stop: (reason) => {
        this.stopped ??= reason;
      },
    };
  }

  /** One step to these weights, then what is measured by a report and by a validation. */
  async make(
    callback: TrainingCallback,
    weights: { readonly kernel?: readonly number[]; readonly bias?: readonly number[] },
    measured: { readonly report?: Measures; readonly validation?: Measures } = {},
  ): Promise<void> {
    this.step++;
    for (const [name, values] of Object.entries(weights))
      tidy(() => (this.variables.get(name) as Variable).assign(tensor1d([...values])));
    const { report, validation } = measured;
    await callback.onStep?.({ ...this.info, measure: () => Promise.reject(new Error('nothing is measured')) });
    if (report) await callback.onReport?.({ ...this.info, ...report });
    if (validation) await callback.onValidation?.({ ...this.info, ...validation, examples: 1 });
  }

  weights(name: string): number[] {
    return [...(this.variables.get(name) as Variable).dataSync()];
  }

  dispose(): void {
    for (const each of this.variables.values()) each.dispose();
  }
}
