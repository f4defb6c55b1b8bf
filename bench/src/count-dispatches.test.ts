import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { runProgram } from 'app-common';
import { describe, expect, it } from 'vitest';
import type { OwnTiming } from './time-workload';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));

/** Where Debian's Chromium has SwiftShader, a Vulkan driver that computes on the CPU. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const missing = existsSync(swiftShader) ? undefined : `there is no ${swiftShader}`;
if (missing) console.warn(`skipped: the dispatches of a training step: ${missing}`);

async function timing(backend: string, words: string): Promise<OwnTiming> {
  const sizes = '--batch 4 --time 28 --input 3 --hidden 5 --repeats 1 --steps 1';
  const driver = { VK_DRIVER_FILES: swiftShader, VK_ICD_FILENAMES: swiftShader, XDG_RUNTIME_DIR: '/tmp' };
  const all = `--json --backend ${backend} ${sizes} ${words}`.trim().split(' ');
  const { stdout, stderr, status } = await runProgram(main, all, driver);
  expect(status, stderr).toBe(0);
  return JSON.parse(stdout) as OwnTiming;
}

it('on a CPU there are none to count', async () => {
  expect(await timing('cpu', '--threads 1')).not.toHaveProperty('dispatches');
});

describe.skipIf(missing)('a training step of 28 steps on webgpu, with the dense layer, the loss and Adam', () => {
  it.each([
    ['LSTM', '', 57],
    ['GRU', '--cell gru', 78],
    ['LSTM in three layers', '--layers 3', 111],
    ['LSTM forward alone', '--mode infer', 7],
  ])('%s: so many dispatches at small sizes', async (_, words, dispatches) => {
    expect((await timing('webgpu', words)).dispatches).toBe(dispatches);
  });
});
