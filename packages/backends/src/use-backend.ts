import { BackendChoice } from './backend-choice';
import { BackendError } from './backend-error';
import { type BackendName, backendNames, backends, preferences, type UseBackendOptions } from './backends';
import { chooseBackend } from './choose-backend';
import { startBackend } from './start-backend';

/**
 * Makes a backend the current one of TensorFlow.js and says which and why. 'auto' takes one that
 * computes on a GPU, or else wasm, TensorFlow on the CPU or cpu, the first that starts here. A
 * name gives that backend or throws a `BackendError` with the reason and the remedy; the backend that was current then stays so.
 *
 * ```ts
 * import { useBackend } from '@rnn/backends';
 *
 * console.log(await useBackend('cpu')); // cpu, CPU, plain JavaScript, 1 thread: asked for by name
 * ```
 */
export async function useBackend(
  name: 'auto' | BackendName = 'auto',
  options: UseBackendOptions = {},
): Promise<BackendChoice> {
  if (name === 'auto') return chooseBackend<BackendName, UseBackendOptions>(preferences, options);
  const backend = backends.find((candidate) => candidate.name === name);
  if (!backend) {
    throw new BackendError(
      'useBackend',
      `one of ${['auto', ...backendNames].join(', ')}`,
      `'${name}'`,
      'Leave the name out to have the best one here chosen.',
    );
  }
  const result = await startBackend<BackendName, UseBackendOptions>(backend, options);
  if ('reason' in result)
    throw new BackendError('useBackend', `the backend '${name}'`, `none: ${result.reason}`, result.remedy);
  return new BackendChoice(result, ['asked for by name']);
}
