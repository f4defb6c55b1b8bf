import type { SavedTensors } from '../state/saved-tensors';
import { decodeCheckpoint, type RunConfig } from './checkpoint-file';
import { checkChecksum, encodeWithChecksum } from './checksum';
import { decodeSafetensors, SafetensorsError } from './safetensors';

/** A trained model's weights, and what the run that trained them was started with. */
export interface Weights {
  /** Under TensorFlow's names. */
  readonly tensors: SavedTensors;
  readonly config: RunConfig;
}

const format = '@rnn/trainers weights 2';
/** As a Python program writes it: without a checksum. */
const uncheckedFormat = '@rnn/trainers weights 1';

/** Weights alone as a safetensors file, with a checksum; the metadata `config` is JSON. */
export const encodeWeights = ({ tensors, config }: Weights): Uint8Array =>
  encodeWithChecksum({ tensors, metadata: { format, config: JSON.stringify(config) } });

/** Reads such a file, also one of the format without a checksum, or the weights in a checkpoint. Throws `SafetensorsError` for one of another kind, and for one that is damaged. */
export function decodeWeights(bytes: Uint8Array): Weights {
  const { tensors, metadata } = decodeSafetensors(bytes);
  if (metadata.format === format) checkChecksum(bytes, { metadata });
  else if (metadata.format !== uncheckedFormat) {
    const { state, config } = decodeCheckpoint(bytes);
    return { tensors: state.variables, config };
  }
  try {
    return { tensors, config: JSON.parse(metadata.config as string) as RunConfig };
  } catch {
    throw new SafetensorsError('a file whose metadata have no config');
  }
}
