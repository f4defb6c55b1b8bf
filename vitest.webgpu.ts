import '@tensorflow/tfjs-backend-cpu';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as tf from '@tensorflow/tfjs-core';
import { beforeAll } from 'vitest';
import { create, globals } from 'webgpu';

// Without a GPU: SwiftShader, which Chromium brings.
const driver = '/usr/lib/chromium/vk_swiftshader_icd.json';
if (process.env.VK_DRIVER_FILES === undefined && existsSync(driver)) {
  process.env.VK_DRIVER_FILES = driver;
  process.env.VK_ICD_FILENAMES = driver;
}
process.env.XDG_RUNTIME_DIR ??= tmpdir();

beforeAll(async () => {
  Object.assign(globalThis, globals);
  Object.defineProperty(globalThis, 'navigator', { value: { gpu: create([]) }, configurable: true });
  await import('@tensorflow/tfjs-backend-webgpu');
  if (!(await tf.setBackend('webgpu'))) throw new Error('no webgpu');
  (tf.backend() as any).device.addEventListener('uncapturederror', (e: any) => console.log('GPU', e.error.message));
});
