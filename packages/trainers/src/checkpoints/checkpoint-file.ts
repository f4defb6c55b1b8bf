import type { SavedTensor, SavedTensors } from '../state/saved-tensors';
import type { SavedCallback, TrainingState } from '../state/training-state';
import { checkChecksum, encodeWithChecksum } from './checksum';
import { fromJson, toJson } from './json-numbers';
import { decodeSafetensors, SafetensorsError } from './safetensors';

/** What a run was started with, as a program tells it: what JSON can hold. A checkpoint is taken up again by the same alone. */
export type RunConfig = Readonly<Record<string, unknown>>;

/** What a checkpoint holds. */
export interface Checkpoint {
  readonly state: TrainingState;
  readonly config: RunConfig;
}

/** Of a `TrainingState` what is no tensor, and the names of those that are. */
interface Run extends Pick<TrainingState, 'step' | 'seed' | 'inputShape' | 'streams' | 'reports'> {
  readonly config: RunConfig;
  readonly variables: readonly string[];
  readonly optimizer: { readonly name: string; readonly iterations: number; readonly slots: readonly string[] };
  readonly callbacks: Readonly<Record<string, Pick<SavedCallback, 'values'> & { readonly tensors: readonly string[] }>>;
}

const format = '@rnn/trainers checkpoint 1';

/**
 * A checkpoint as a safetensors file: variables and slots under TensorFlow's names, what callbacks remember under `callbacks/<name>/`, the rest as
 * JSON in the metadata `run`, with a checksum.
 */
export function encodeCheckpoint({ state, config }: Checkpoint): Uint8Array {
  const { variables, optimizer, callbacks, ...rest } = state;
  const tensors = new Map([...variables, ...optimizer.slots]);
  for (const [name, saved] of callbacks)
    for (const [key, tensor] of saved.tensors) tensors.set(placeOf(name, key), tensor);
  const run: Run = {
    ...{ ...rest, config, variables: [...variables.keys()] },
    optimizer: { ...optimizer, slots: [...optimizer.slots.keys()] },
    callbacks: Object.fromEntries(
      [...callbacks].map(([name, { values, tensors }]) => [name, { values, tensors: [...tensors.keys()] }]),
    ),
  };
  return encodeWithChecksum({ tensors, metadata: { format, run: toJson(run) } });
}

/** Reads such a file. Throws `SafetensorsError` for one of another kind, and for one that is not as it was written. */
export function decodeCheckpoint(bytes: Uint8Array): Checkpoint {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== format) throw new SafetensorsError(`a file whose metadata do not say ${format}`);
  checkChecksum(bytes, { metadata });
  const { config, ...run } = fromJson(metadata.run as string) as Run;
  const named = (names: readonly string[], placed = (name: string) => name): SavedTensors =>
    new Map(names.map((name) => [name, tensors.get(placed(name)) as SavedTensor]));
  const callbacks = Object.entries(run.callbacks).map(([name, { values, tensors: keys }]) => {
    return [name, { values, tensors: named(keys, (key) => placeOf(name, key)) }] as const;
  });
  const state: TrainingState = {
    ...run,
    variables: named(run.variables),
    optimizer: { ...run.optimizer, slots: named(run.optimizer.slots) },
    callbacks: new Map(callbacks),
  };
  return { state, config };
}

const placeOf = (callback: string, tensor: string): string => `callbacks/${callback}/${tensor}`;
