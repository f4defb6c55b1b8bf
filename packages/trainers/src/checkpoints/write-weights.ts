import type { Model } from '../models/model';
import { savedTensors } from '../state/saved-tensors';
import { CheckpointError } from './checkpoint-error';
import type { RunConfig } from './checkpoint-file';
import { encodeWeights } from './weights-file';
import { writeAtomically } from './write-atomically';

/**
 * Writes a model's weights alone, under TensorFlow's names, whole or not at all: a safetensors file, which `readWeights` reads, and Python with
 * `safetensors.numpy.load_file`. Throws `CheckpointError` where it cannot be written. Node only.
 *
 * @param config What `readWeights` gives back, to build such a model again: what JSON can hold.
 *
 * @example
 * ```ts
 * import '@tensorflow/tfjs-backend-cpu';
 * import { GRUCell } from '@rnn/cells';
 * import { sequenceClassifier } from '@rnn/trainers';
 * import { assignWeights, readWeights, writeWeights } from '@rnn/trainers/checkpoints';
 *
 * const model = sequenceClassifier({ cell: new GRUCell(8), classes: 3 });
 * model.build([28, 28], { seed: 1 });
 * await writeWeights('gru.safetensors', model, { units: 8 });
 *
 * const { tensors, config } = await readWeights('gru.safetensors');
 * console.log(config); // { units: 8 }
 * console.log(tensors.get('dense/kernel')?.shape); // [8, 3]
 * assignWeights(model, tensors);
 * ```
 */
export async function writeWeights(file: string, model: Model, config: RunConfig = {}): Promise<void> {
  const tensors = await savedTensors(model.variables);
  try {
    await writeAtomically(file, encodeWeights({ tensors, config }));
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CheckpointError(
      'writeWeights',
      `${file} to be written`,
      code ?? message,
      'Is there room, and a folder?',
      code,
    );
  }
}
