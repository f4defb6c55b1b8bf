import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import {
  findBackendFactory,
  getBackend,
  registerBackend,
  removeBackend,
  setBackend,
  version_core,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
// Before there is WebGPU, so that it registers nothing: the tests do.
import '@tensorflow/tfjs-backend-webgpu';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findPackage } from './find-package';
import { startBackend } from './start-backend';
import { webgpuIn } from './webgpu';

// A stand-in for the package in a temporary folder, so that these say the same with and without a GPU on the machine.
let folder: string;
const navigatorBefore = Object.getOwnPropertyDescriptor(globalThis, 'navigator');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'webgpu-'));
  writeFileSync(join(folder, 'package.json'), '{ "version": "0.0.1", "main": "main.mjs" }');
  await setBackend('cpu');
});

afterEach(() => {
  if (findBackendFactory('webgpu')) removeBackend('webgpu');
  vi.unstubAllGlobals();
  Reflect.deleteProperty(globalThis.navigator ?? {}, 'gpu');
  if (!navigatorBefore) Reflect.deleteProperty(globalThis, 'navigator');
  Reflect.deleteProperty(globalThis, 'StandInDevice');
  rmSync(folder, { recursive: true });
});

/** A package whose WebGPU gives that adapter, or none; and a stand-in for TensorFlow.js' backend, which would want a device to compute on. */
function install(info: object | undefined): void {
  const adapter = info ? JSON.stringify({ info }) : 'null';
  writeFileSync(
    join(folder, 'main.mjs'),
    `export const globals = { StandInDevice: class {} };
     export const create = () => ({ requestAdapter: async () => (${adapter}) });`,
  );
  registerBackend(
    'webgpu',
    () =>
      new (class {
        floatPrecision = () => 32;
        epsilon = () => 1e-7;
        dispose() {}
      })() as never,
  );
}

const webgpu = webgpuIn(
  () => folder,
  () => ['/etc/vulkan/icd.d/card.json'],
);

describe('webgpu is absent', () => {
  it('where there is neither a WebGPU nor Node.js', async () => {
    vi.stubGlobal('process', undefined);
    const absence = webgpu.absence();
    vi.unstubAllGlobals();
    expect(await absence).toEqual({ reason: 'there is no WebGPU here', remedy: "Use 'wasm'." });
  });

  it('where the package is not installed', async () => {
    const absence = await webgpuIn(
      () => undefined,
      () => [],
    ).absence();
    expect(absence).toEqual({ reason: 'webgpu is not installed', remedy: 'Run npm install webgpu.' });
  });

  it('where there is no Vulkan driver; then the package is not loaded, and the backend stays', async () => {
    writeFileSync(join(folder, 'main.mjs'), "throw new Error('loaded')");
    const without = webgpuIn(
      () => folder,
      () => [],
    );
    expect(await startBackend(without, {})).toEqual({
      reason: 'webgpu finds no Vulkan driver',
      remedy:
        'On Linux install libvulkan1 and the Vulkan driver of your card; VK_DRIVER_FILES may name one, also one that computes on the CPU.',
    });
    expect(getBackend()).toBe('cpu');
  });
});

describe('webgpu is there', () => {
  it('in a browser that has it, whatever is installed', async () => {
    vi.stubGlobal('navigator', { gpu: { requestAdapter: async () => null } });
    const bare = webgpuIn(
      () => undefined,
      () => undefined,
    );
    expect(await bare.absence()).toBeUndefined();
  });

  it('where the operating system needs no Vulkan', async () => {
    const elsewhere = webgpuIn(
      () => folder,
      () => undefined,
    );
    expect(await elsewhere.absence()).toBeUndefined();
  });
});

describe('with the package', () => {
  it.each([
    ['GPU, nvidia ampere NVIDIA A10', { vendor: 'nvidia', architecture: 'ampere', description: 'NVIDIA A10' }],
    ['GPU, apple', { vendor: 'apple', architecture: '', description: '', isFallbackAdapter: false }],
    ['CPU, mesa llvmpipe', { vendor: 'mesa', description: 'llvmpipe' }],
    ['CPU, acme soft', { vendor: 'acme', architecture: 'soft', isFallbackAdapter: true }],
    ['CPU, google swiftshader', { vendor: 'google', architecture: 'swiftshader' }],
  ])('says %s', async (device, info) => {
    install(info);
    expect(await startBackend(webgpu, {})).toEqual({
      name: 'webgpu',
      device,
      onGpu: device.startsWith('GPU'),
      versions: { '@tensorflow/tfjs-core': version_core, webgpu: '0.0.1' },
    });
    expect(getBackend()).toBe('webgpu');
  });

  it('puts its WebGPU where a browser has its own', async () => {
    install({ vendor: 'nvidia' });
    await startBackend(webgpu, {});
    expect(globalThis).toHaveProperty('StandInDevice');
    expect(globalThis.navigator).toHaveProperty('gpu.requestAdapter');
  });

  it('says so where it finds no adapter, puts nothing in place, and cpu stays current', async () => {
    install(undefined);
    expect(await startBackend(webgpu, {})).toMatchObject({ reason: 'webgpu does not start (no adapter was found)' });
    expect(globalThis).not.toHaveProperty('StandInDevice');
    expect(globalThis.navigator ?? {}).not.toHaveProperty('gpu');
    expect(getBackend()).toBe('cpu');
  });

  it('says what the loader said where its library does not load', async () => {
    install({});
    writeFileSync(join(folder, 'main.mjs'), "throw new Error('dawn.node: cannot open shared object file')");
    expect(await startBackend(webgpu, {})).toMatchObject({
      reason: 'webgpu does not start (dawn.node: cannot open shared object file)',
    });
    expect(getBackend()).toBe('cpu');
  });

  it('says so where the backend of TensorFlow.js was loaded too early to register', async () => {
    install({ vendor: 'nvidia' });
    removeBackend('webgpu');
    expect(await startBackend(webgpu, {})).toMatchObject({
      reason: 'webgpu does not start (@tensorflow/tfjs-backend-webgpu was imported before there was WebGPU)',
    });
  });
});

/** Where Debian's Chromium has SwiftShader, a Vulkan driver that computes on the CPU. */
const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const dawn = findPackage('webgpu');
const missing = !existsSync(swiftShader) ? `there is no ${swiftShader}` : dawn ? undefined : 'webgpu is not installed';
if (missing) console.warn(`skipped: the real package on SwiftShader: ${missing}`);

describe.skipIf(missing)('the real package on SwiftShader', () => {
  /** What a program in a process of its own prints until it ends by itself; one that hangs is an error. */
  async function run(program: string): Promise<string> {
    const env = {
      ...process.env,
      VK_DRIVER_FILES: swiftShader,
      VK_ICD_FILENAMES: swiftShader,
      XDG_RUNTIME_DIR: folder,
    };
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', program], {
      ...{ env, cwd: import.meta.dirname, timeout: 50_000 },
    });
    return stdout;
  }

  it('computes, calls itself a CPU, and lets the process end', async () => {
    const printed = await run(
      `import { useBackend } from '@rnn/backends';
       import { matMul, tensor2d } from '@tensorflow/tfjs-core';
       const { device, versions } = await useBackend('webgpu');
       const product = matMul(tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([5, 6, 7, 8], [2, 2]));
       console.log(JSON.stringify({ device, version: versions.webgpu, product: [...(await product.data())] }));`,
    );
    expect(JSON.parse(printed)).toEqual({
      device: expect.stringMatching(/^CPU, google swiftshader /),
      version: expect.stringMatching(/^0\.\d+\.\d+$/),
      product: [19, 22, 43, 50],
    });
  });
});
