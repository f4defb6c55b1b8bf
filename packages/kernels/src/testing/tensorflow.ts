import { useBackend } from '@rnn/backends';

/** Makes TensorFlow's library the backend in use; where it is not installed, says so. On a GPU it is not to round to TF32. */
export async function startTensorflow(): Promise<string | undefined> {
  process.env.NVIDIA_TF32_OVERRIDE ??= '0';
  try {
    await useBackend('tensorflow');
    return undefined;
  } catch (error) {
    return (error as Error).message;
  }
}
