import { readFile, stat } from 'node:fs/promises';
import { CheckpointError } from './checkpoint-error';
import { Checkpoints } from './checkpoints';
import { SafetensorsError } from './safetensors';
import { decodeWeights, type Weights } from './weights-file';

/**
 * The weights in a file that `writeWeights` or `Checkpoints` wrote, or in the newest checkpoint of a folder, with the `config` of their run. Throws
 * `CheckpointError` where there are none, or none that can be read. Node only.
 */
export async function readWeights(path: string): Promise<Weights> {
  const where = 'readWeights';
  const expected = 'weights, a checkpoint or a folder of checkpoints';
  const remedy = 'Which file or folder was a model saved to?';
  try {
    if (!(await stat(path)).isDirectory()) return decodeWeights(await readFile(path));
  } catch (error) {
    if (error instanceof SafetensorsError)
      throw new CheckpointError(where, `${path} to hold ${expected}`, error.message, remedy);
    const { code, message } = error as NodeJS.ErrnoException;
    throw new CheckpointError(where, expected, `${path} (${code ?? message})`, remedy);
  }
  const newest = await new Checkpoints(path).newest();
  if (newest === undefined)
    throw new CheckpointError(where, expected, `${path}, a folder without a checkpoint`, remedy);
  return { tensors: newest.state.variables, config: newest.config };
}
