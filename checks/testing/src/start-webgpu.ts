import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type BackendChoice, useBackend } from '@rnn/backends';
import { findBackend } from '@tensorflow/tfjs-core';
import { hearDawn } from './read-at-once';

/** Where Debian's Chromium has SwiftShader, a Vulkan driver that computes on the CPU. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Makes webgpu the backend in use, on SwiftShader where that is there, and lets `dataSync` read from it. */
export async function startWebgpu(): Promise<BackendChoice> {
  if (existsSync(swiftShader)) {
    process.env.VK_DRIVER_FILES ??= swiftShader;
    process.env.VK_ICD_FILENAMES ??= swiftShader;
  }
  process.env.XDG_RUNTIME_DIR ??= tmpdir();
  if (findBackend('webgpu') !== null) return useBackend('webgpu');
  const readAtOnce = hearDawn();
  const choice = await useBackend('webgpu');
  readAtOnce();
  return choice;
}
