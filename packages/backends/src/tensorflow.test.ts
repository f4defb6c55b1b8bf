import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { getBackend, removeBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { startBackend } from './start-backend';
import { tensorflowIn } from './tensorflow';

// A stand-in for the package in a temporary folder, so that these say the same with and without the real binding on the machine.
let folder: string;

beforeEach(async () => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'tfjs-node-gpu-')));
  write('package.json', '{ "version": "4.0.1", "main": "index.js" }');
  await setBackend('cpu');
});

afterEach(() => {
  vi.unstubAllGlobals();
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true });
});

function write(path: string, contents: string | Uint8Array): string {
  const file = join(folder, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, contents);
  return file;
}

function install({ main }: { readonly main: string }): void {
  write('lib/napi-v8/tfjs_binding.node', '');
  write('index.js', main);
}

const bindingIn = () => join(folder, 'lib/napi-v8/tfjs_binding.node');
const remedy = 'Run npx @rnn/backends install tensorflow, which makes its binding again.';

/** What the real package does as it is loaded, with a binding that computes where `isUsingGpuDevice` says. */
const registering = (isUsingGpuDevice: boolean) => {
  const core = JSON.stringify(createRequire(import.meta.url).resolve('@tensorflow/tfjs-core'));
  return `const tf = require(${core});
    class Native extends tf.KernelBackend {
      isUsingGpuDevice = ${isUsingGpuDevice};
      binding = { TF_Version: '2.21.0' };
      dispose() {}
    }
    tf.registerBackend('tensorflow', () => new Native());
    tf.setBackend('tensorflow');`;
};

const tensorflow = tensorflowIn(() => folder);

describe('tensorflow is absent', () => {
  it('outside Node.js', async () => {
    vi.stubGlobal('process', undefined);
    const absence = tensorflow.absence();
    vi.unstubAllGlobals();
    expect(await absence).toEqual({ reason: 'TensorFlow needs Node.js', remedy: "Use 'wasm' here." });
  });

  it('where the package is not installed', async () => {
    expect(await tensorflowIn(() => undefined).absence()).toEqual({
      reason: '@tensorflow/tfjs-node-gpu is not installed',
      remedy: 'Run npm install --ignore-scripts @tensorflow/tfjs-node-gpu, then npx @rnn/backends install tensorflow.',
    });
  });

  it('where its binding is not built; then the package is not loaded, and the backend stays', async () => {
    write('index.js', "throw new Error('loaded')");
    expect(await startBackend(tensorflow, {})).toEqual({
      reason: 'the binding of @tensorflow/tfjs-node-gpu is not built',
      remedy: 'Run npx @rnn/backends install tensorflow.',
    });
    expect(getBackend()).toBe('cpu');
  });
});

describe('with a binding', () => {
  it.each([
    { isUsingGpuDevice: false, device: 'CPU, TensorFlow 2.21.0' },
    { isUsingGpuDevice: true, device: 'CUDA GPU, TensorFlow 2.21.0' },
  ])('reports $device where the binding says so', async ({ isUsingGpuDevice, device }) => {
    install({ main: registering(isUsingGpuDevice) });
    expect(await startBackend(tensorflow, {})).toEqual({
      name: 'tensorflow',
      device,
      onGpu: isUsingGpuDevice,
      versions: { '@tensorflow/tfjs-core': version_core, '@tensorflow/tfjs-node-gpu': '4.0.1', tensorflow: '2.21.0' },
    });
    expect(getBackend()).toBe('tensorflow');
    removeBackend('tensorflow');
  });

  it('says what the loader said where the library is not found, and cpu stays current', async () => {
    install({ main: "throw new Error('libtensorflow.so.2: cannot open shared object file')" });
    expect(await startBackend(tensorflow, {})).toEqual({
      reason: 'tensorflow does not start (libtensorflow.so.2: cannot open shared object file)',
      remedy,
    });
    expect(getBackend()).toBe('cpu');
  });

  it.each([
    ['the binding', 'cache/binding.node'],
    ["TensorFlow's library", 'cache/tensorflow/libtensorflow_framework.so.2'],
    ["a library of CUDA's", 'cache/nvidia/cudnn/lib/libcudnn_ops.so.9'],
    ["the library of the package's own script", 'deps/lib/libtensorflow.so.2.9.1'],
  ])('refuses %s cut off, which would end the process, and cpu stays current', async (_, path) => {
    install({ main: "throw new Error('loaded')" });
    rmSync(bindingIn());
    write('cache/binding.node', 'no library');
    symlinkSync(join(folder, 'cache/binding.node'), bindingIn());
    // A header that places 30 section headers of 64 bytes at 1 GB, and nothing after it.
    const header = Buffer.alloc(64);
    header.write('\x7fELF', 'latin1');
    header.writeBigUInt64LE(10n ** 9n, 40);
    header.writeUInt16LE(64, 58);
    header.writeUInt16LE(30, 60);
    const library = write(path, header);

    expect(await startBackend(tensorflow, {})).toEqual({
      reason: `tensorflow does not start (${path.endsWith('.node') ? bindingIn() : library} is cut off)`,
      remedy,
    });
    expect(getBackend()).toBe('cpu');
  });

  it('names a library that cannot be read, and leaves it to the start to say so', async () => {
    install({ main: "throw new Error('loaded')" });
    rmSync(bindingIn());
    mkdirSync(bindingIn());
    expect(tensorflow.gpuAbsence?.()).toBeUndefined();
    expect(await startBackend(tensorflow, {})).toEqual({
      reason: `tensorflow does not start (${bindingIn()} cannot be read: EISDIR)`,
      remedy,
    });
  });

  it.each([
    ['quietens what TensorFlow tells of itself', undefined, '1'],
    ['leaves a log level that the user set', '0', '0'],
  ])('%s', async (_, before, after) => {
    vi.stubEnv('TF_CPP_MIN_LOG_LEVEL', before);
    install({ main: registering(false) });
    await startBackend(tensorflow, {});
    expect(process.env.TF_CPP_MIN_LOG_LEVEL).toBe(after);
    removeBackend('tensorflow');
  });
});
