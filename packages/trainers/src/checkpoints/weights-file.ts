import type { SavedTensors } from '../state/saved-tensors';
import { decodeCheckpoint, type RunConfig } from './checkpoint-file';
import { decodeSafetensors, encodeSafetensors, SafetensorsError } from './safetensors';

/** A trained model's weights, and what the run that trained them was started with. */
export interface Weights {
  /** Under TensorFlow's names. */
  readonly tensors: SavedTensors;
  readonly config: RunConfig;
}

const format = '@rnn/trainers weights 1';

/** Weights alone as a safetensors file; the metadata `config` is JSON. */
export const encodeWeights = ({ tensors, config }: Weights): Uint8Array =>
  encodeSafetensors({ tensors, metadata: { format, config: JSON.stringify(config) } });

/** Reads such a file, or the weights in a checkpoint. Throws `SafetensorsError` for one of another kind, and for one that is damaged. */
export function decodeWeights(bytes: Uint8Array): Weights {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format !== format) {
    const { state, config } = decodeCheckpoint(bytes);
    return { tensors: state.variables, config };
  }
  try {
    return { tensors, config: JSON.parse(metadata.config as string) as RunConfig };
  } catch {
    throw new SafetensorsError('a file whose metadata have no config');
  }
}
