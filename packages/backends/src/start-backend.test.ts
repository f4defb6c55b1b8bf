import {
  getBackend,
  matMul,
  registerBackend,
  removeBackend,
  setBackend,
  tensor2d,
  tidy,
  version_core,
} from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { fakeBackend } from './fake-backend';
import { startBackend } from './start-backend';

afterEach(() => {
  vi.restoreAllMocks();
});

const dot = () => tidy(() => matMul(tensor2d([[2, 3]]), tensor2d([[5], [7]])).arraySync());

/** Loads, and then fails as TensorFlow.js starts it. */
const refused = fakeBackend('refused', {
  load: async () => {
    registerBackend('refused', () => {
      throw new Error('no adapter');
    });
    return { registeredAs: 'refused', versions: {}, device: () => 'none', onGpu: () => false };
  },
});

// First, since a backend that was once current is never none again.
it('leaves none current where none was', async () => {
  expect(getBackend()).toBeFalsy();
  const warn = vi.spyOn(console, 'warn').mockImplementation(() => {});

  expect(await startBackend(refused, {})).toEqual({
    reason: 'refused does not start (TensorFlow.js warns of it above)',
    remedy: 'Mend refused.',
  });

  expect(warn).toHaveBeenCalledWith('Initialization of backend refused failed');
  expect(getBackend()).toBeFalsy();
  removeBackend('refused');
});

describe('with wasm current', () => {
  it('starts a backend and tells where it computes, with its versions', async () => {
    await setBackend('wasm');
    expect(await startBackend(fakeBackend('fake'), {})).toEqual({
      name: 'fake',
      device: 'CPU, as fake',
      onGpu: false,
      versions: { '@tensorflow/tfjs-core': version_core, fake: '1.0.0' },
    });
    expect(getBackend()).toBe('cpu');
  });

  it('does not load what is absent', async () => {
    await setBackend('wasm');
    const load = vi.fn();
    const absence = { reason: 'it is not installed', remedy: 'Install it.' };
    expect(await startBackend(fakeBackend('absent', { absence: async () => absence, load }), {})).toEqual(absence);
    expect(load).not.toHaveBeenCalled();
    expect(getBackend()).toBe('wasm');
  });

  it('says why a module does not load, and wasm computes on, though loading had switched', async () => {
    await setBackend('wasm');
    const broken = fakeBackend('broken', {
      load: async () => {
        await setBackend('cpu');
        throw new Error('libtensorflow.so.2: cannot open shared object file\nRequire stack:\n- /home');
      },
    });
    expect(await startBackend(broken, {})).toEqual({
      reason: 'broken does not start (libtensorflow.so.2: cannot open shared object file)',
      remedy: 'Mend broken.',
    });
    expect(getBackend()).toBe('wasm');
    expect(dot()).toEqual([[31]]);
  });

  it('says so where TensorFlow.js cannot start it, and wasm computes on', async () => {
    await setBackend('wasm');
    vi.spyOn(console, 'warn').mockImplementation(() => {});
    expect(await startBackend(refused, {})).toMatchObject({ remedy: 'Mend refused.' });
    expect(getBackend()).toBe('wasm');
    expect(dot()).toEqual([[31]]);
  });
});
