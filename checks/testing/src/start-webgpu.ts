import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { type BackendChoice, useBackend } from '@rnn/backends';
import { env, findBackend } from '@tensorflow/tfjs-core';
import { hearDawn } from './read-at-once';

/** Where Debian's Chromium has SwiftShader, a Vulkan driver that computes on the CPU. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';

/** Of TensorFlow.js' `MatMulProgramType`: `MatMulSmallOutputSizeProgram`. */
const inSmallTiles = 2;

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
  // A product of few numbers has a workgroup for each, to keep a GPU busy; on a CPU that takes 15 to 35 times as long as small tiles.
  if (choice.device.startsWith('CPU')) env().set('WEBGPU_MATMUL_PROGRAM_TYPE', inSmallTiles);
  return choice;
}
