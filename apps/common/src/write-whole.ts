import { writeAtomically } from '@rnn/trainers/checkpoints';

/** Writes a file whole or not at all. What the system refuses names the file. */
export async function writeWhole(file: string, content: string | Uint8Array): Promise<void> {
  try {
    await writeAtomically(file, content);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw Object.assign(new Error(`expected ${file} to be written, got ${message}`), { code });
  }
}
