import type { CallbackState, TrainingCallback, ValidationInfo } from '@rnn/trainers';

/** What the validations of a run gave. */
export interface Validation {
  readonly step: number;
  readonly loss: number;
  readonly accuracy: number;
}

/** Collects them, also over a run that is resumed. */
export class ValidationCurve implements TrainingCallback {
  readonly name = 'validationCurve';
  readonly points: Validation[] = [];

  onValidation({ step, loss, metrics }: ValidationInfo): void {
    this.points.push({ step, loss, accuracy: metrics.accuracy ?? Number.NaN });
  }

  getState(): CallbackState {
    return { values: { points: JSON.stringify(this.points) }, tensors: new Map() };
  }

  setState({ values }: CallbackState): void {
    this.points.splice(0, this.points.length, ...(JSON.parse(values.points as string) as Validation[]));
  }
}
