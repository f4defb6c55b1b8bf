import { useBackend } from '@rnn/backends';

/** Makes TensorFlow's library the backend in use; where it is not installed, says so. */
export async function startTensorflow(): Promise<string | undefined> {
  try {
    await useBackend('tensorflow');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
