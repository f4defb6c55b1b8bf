import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { type BackendName, useBackend } from '@rnn/backends';
import { setBackend } from '@tensorflow/tfjs-core';
import { beforeEach } from 'vitest';
import { limitOf } from './limits';
import { startWebgpu } from './start-webgpu';

// The set-up of a vitest project: its tests compute on the backend that RNN_TEST_BACKEND names, or are skipped with the reason.
const name = process.env.RNN_TEST_BACKEND as BackendName;
// On a GPU TensorFlow is not to round to TF32.
process.env.NVIDIA_TF32_OVERRIDE ??= '0';
const start = name === 'webgpu' ? startWebgpu() : useBackend(name);
const [device, absence] = await start.then(
  (choice) => [choice.device],
  (error: Error) => [undefined, error.message],
);
// What a file does outside of its tests has to compute somewhere.
if (absence !== undefined) await setBackend('cpu');

beforeEach(({ task, skip }) => {
  const skipped = absence ?? limitOf(name, task.file.filepath, task.fullName);
  Object.assign(task.meta, { backend: name, device, skipped });
  if (skipped !== undefined) skip(skipped);
});
