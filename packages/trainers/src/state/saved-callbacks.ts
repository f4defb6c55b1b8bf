import { ArgumentError } from '@rnn/cells';
import { dispose, type Tensor } from '@tensorflow/tfjs-core';
import type { TrainingCallback } from '../trainer/training-callback';
import { loadTensor, savedTensors } from './saved-tensors';
import type { SavedCallback } from './training-state';

/** The states of the callbacks that have one, by name. Throws `ArgumentError` for one without a name and for two of one name. */
export async function savedCallbacks(
  callbacks: readonly TrainingCallback[],
): Promise<ReadonlyMap<string, SavedCallback>> {
  const saved = new Map<string, SavedCallback>();
  for (const callback of callbacks) {
    if (callback.getState === undefined) continue;
    const { name } = callback;
    if (name === undefined) throw new ArgumentError('state', 'a callback with getState to have a name', 'none');
    if (saved.has(name)) throw new ArgumentError('state', 'callbacks of different names', `${name} twice`);
    const { values, tensors } = callback.getState();
    saved.set(name, { values, tensors: await savedTensors(tensors) });
  }
  return saved;
}

/** Hands each callback the state that was saved under its name, where there is one. */
export function restoreCallbacks(
  callbacks: readonly TrainingCallback[],
  saved: ReadonlyMap<string, SavedCallback>,
): void {
  for (const callback of callbacks) {
    const state = callback.name === undefined ? undefined : saved.get(callback.name);
    if (state === undefined || callback.setState === undefined) continue;
    const tensors = new Map<string, Tensor>();
    try {
      for (const [name, tensor] of state.tensors) tensors.set(name, loadTensor(tensor));
      callback.setState({ values: state.values, tensors });
    } finally {
      dispose([...tensors.values()]);
    }
  }
}
