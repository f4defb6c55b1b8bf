import { allFinite, numbersOf } from '@rnn/kernels';
import type { Scalar, Tensor, Variable } from '@tensorflow/tfjs-core';
import type { ExampleBatch } from '../examples';
import type { TrainingState } from '../state/training-state';
import { NotFiniteError } from './not-finite-error';

/** What an update would be made of, before it is. */
interface ComingUpdate {
  /** Its number, from 1. */
  readonly step: number;
  readonly batch: ExampleBatch;
  readonly loss: Scalar;
  readonly gradients: ReadonlyMap<string, Tensor>;
  /** The same clipped, where they are. */
  readonly applied: ReadonlyMap<string, Tensor>;
  readonly variables: ReadonlyMap<string, Variable>;
}

/**
 * Throws `NotFiniteError` where the loss or a gradient of a coming update is not finite, as it is applied: finite ones become NaN by a clip where
 * no float32 holds their squares. It reads all of them, so it is for data in host memory, where that takes a hundredth of a step or less.
 */
export function checkUpdate({ step, batch, loss, gradients, applied, variables }: ComingUpdate): void {
  const spoilt = firstIn(applied);
  const lossValue = loss.dataSync<'float32'>()[0] as number;
  if (spoilt === undefined && Number.isFinite(lossValue)) return;
  const kept = `The update was not made: the weights are those of step ${step - 1}. ${causeIn(batch)}`;
  const weight = firstIn(variables);
  if (weight !== undefined) throw new NotFiniteError(step, ...weight, false, `finite weights ${weight[0]}`, kept);
  const gradient = firstIn(gradients);
  if (gradient !== undefined)
    throw new NotFiniteError(step, ...gradient, false, `a finite gradient of ${gradient[0]}`, kept);
  if (spoilt !== undefined) {
    const name = largestIn(gradients);
    const expected = `a finite gradient of ${name}, after clipping,`;
    throw new NotFiniteError(step, name, spoilt[1], false, expected, `${kept} Before, it is the largest of all.`);
  }
  throw new NotFiniteError(step, undefined, lossValue, false, 'a finite loss', kept);
}

/**
 * Throws `NotFiniteError` where a weight is not finite after an update, or else the loss of its batch. It waits for the device.
 */
export async function checkWeights(
  step: number,
  loss: number,
  variables: ReadonlyMap<string, Variable>,
): Promise<void> {
  for (const [name, variable] of variables) checkWeight(step, name, await variable.data<'float32' | 'int32'>());
  if (!Number.isFinite(loss)) throw new NotFiniteError(step, undefined, loss, true, 'a finite loss', afterUpdate);
}

/** Throws `NotFiniteError` where a weight of a state is not finite. */
export function checkState({ step, variables }: Pick<TrainingState, 'step' | 'variables'>): void {
  for (const [name, { values }] of variables) checkWeight(step, name, values);
}

function checkWeight(step: number, name: string, values: Float32Array | Int32Array): void {
  const got = values instanceof Float32Array ? firstNotFinite(values) : undefined;
  if (got !== undefined) throw new NotFiniteError(step, name, got, true, `finite weights ${name}`, afterUpdate);
}

const advice = 'A smaller learning rate or clipNorm may help.';
const afterUpdate = `${advice} The weights of an earlier step are in a checkpoint, or with bestSoFar.`;

function causeIn({ inputs, targets }: ExampleBatch): string {
  for (const [what, values] of Object.entries({ inputs, targets })) {
    if (values instanceof Int32Array) continue;
    const got = firstNotFinite(values);
    if (got !== undefined) return `The batch's ${what} hold ${got}.`;
  }
  return advice;
}

const firstNotFinite = (values: Float32Array): number | undefined => values.find((value) => !Number.isFinite(value));

/** The first that is not finite, by its name. */
function firstIn(tensors: ReadonlyMap<string, Tensor>): [string, number] | undefined {
  for (const [name, tensor] of tensors) {
    if (!allFinite(tensor)) return [name, firstNotFinite(numbersOf(tensor)) as number];
  }
  return undefined;
}

/** The name of the one that holds the number furthest from zero. */
function largestIn(tensors: ReadonlyMap<string, Tensor>): string | undefined {
  const largest = [...tensors].map(([name, tensor]) => {
    return [name, numbersOf(tensor).reduce((most, value) => Math.max(most, Math.abs(value)), 0)] as const;
  });
  return largest.sort(([, a], [, b]) => b - a)[0]?.[0];
}
