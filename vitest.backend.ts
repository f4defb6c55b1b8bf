import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll } from 'vitest';

beforeAll(async () => {
  const name = process.env.RNN_TEST_BACKEND ?? 'cpu';
  if (!(await tf.setBackend(name))) throw new Error(`vitest.backend: TensorFlow.js has no backend '${name}' here`);
});
