import { env, findBackend } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';

/** TensorFlow.js in plain JavaScript: slow, and everywhere. */
export const cpu: Backend<'cpu'> = {
  name: 'cpu',
  absence: async () => undefined,
  async load() {
    const { version_cpu } = await import('@tensorflow/tfjs-backend-cpu');
    writeOnceUnannounced();
    return {
      registeredAs: 'cpu',
      versions: { '@tensorflow/tfjs-backend-cpu': version_cpu },
      device: () => 'CPU, plain JavaScript, 1 thread',
      onGpu: () => false,
    };
  },
  remedy: 'Install @rnn/backends again, with its dependencies.',
};

/**
 * In Node the first write prints a banner that sells tfjs-node; a `BackendChoice` says the same, and what to do. It is not printed in
 * production mode, which lasts for one write here.
 */
function writeOnceUnannounced(): void {
  const backend = findBackend('cpu');
  const production = env().getBool('PROD');
  env().set('PROD', true);
  backend.disposeData(backend.write(new Float32Array(0), [0], 'float32'), true);
  env().set('PROD', production);
}
