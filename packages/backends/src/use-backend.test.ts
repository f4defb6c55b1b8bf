import { getBackend, matMul, memory, tensor2d, tidy, version_core } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { availableBackends, type BackendPresence } from './available-backends';
import { BackendError } from './backend-error';
import { backendNames } from './backends';
import { useBackend } from './use-backend';

let here: readonly BackendPresence[];
beforeAll(async () => {
  here = await availableBackends();
});

/** [1 2; 3 4] · [5 6; 7 8], worked out by hand. */
async function expectMatrixProductToBeRight(): Promise<void> {
  const product = tidy(() => matMul(tensor2d([1, 2, 3, 4], [2, 2]), tensor2d([5, 6, 7, 8], [2, 2])));
  // WebGPU cannot be read synchronously.
  expect(await product.array()).toEqual([
    [19, 22],
    [43, 50],
  ]);
  product.dispose();
}

/** Of one that is absent its own reason; of one that may start, that it did not or that it computes on the CPU. */
const whyPassedOver = (one: BackendPresence) =>
  one.present
    ? expect.stringMatching(
        `^${one.name} (does not start \\(.+\\)|computes on the CPU here( \\(.+\\))?, where wasm is faster)$`,
      )
    : one.reason;

describe.each(backendNames)('useBackend(%j)', (name) => {
  it('makes it the backend that computes where it is here, and throws why where it is not', async () => {
    await useBackend('cpu');
    const presence = here.find((one) => one.name === name);
    if (presence?.present) {
      const choice = await useBackend(name);
      expect(getBackend()).toBe(name);
      await expectMatrixProductToBeRight();
      expect(choice.name).toBe(name);
      expect(choice.device).toMatch(/^(CPU|CUDA GPU|GPU), /);
      expect(`${choice}`).toBe(`${name}, ${choice.device}: asked for by name`);
    } else {
      await expect(useBackend(name)).rejects.toThrow(
        new BackendError('useBackend', `the backend '${name}'`, `none: ${presence?.reason}`, `${presence?.remedy}`),
      );
      expect(getBackend()).toBe('cpu');
      await expectMatrixProductToBeRight();
    }
  });
});

describe('useBackend()', () => {
  it('takes one that computes on a GPU, or else wasm, and gives the reason of each one that it passed over', async () => {
    const choice = await useBackend();

    if (!choice.onGpu) expect(choice.name).toBe('wasm');
    const before = here.slice(0, backendNames.indexOf(choice.name));
    expect(choice.reasons).toEqual(before.length === 0 ? ["'auto' tries it first"] : before.map(whyPassedOver));
    expect(getBackend()).toBe(choice.name);
    await expectMatrixProductToBeRight();
  });

  it("is useBackend('auto')", async () => {
    expect(await useBackend('auto')).toEqual(await useBackend());
  });

  it('tells where wasm computes in Node, and the versions of TensorFlow.js and of the backend', async () => {
    const { device, versions } = await useBackend('wasm');
    expect(device).toBe('CPU, SIMD, 1 thread');
    expect(versions).toEqual({ '@tensorflow/tfjs-core': version_core, '@tensorflow/tfjs-backend-wasm': version_core });
  });

  it('leaves no tensors behind, and carries over those that live', async () => {
    await useBackend('cpu');
    const made = tensor2d([[1, 2, 3]]);
    const before = memory().numTensors;

    await useBackend('wasm');
    await useBackend('cpu');
    await useBackend('wasm');

    expect(memory().numTensors).toBe(before);
    expect(made.arraySync()).toEqual([[1, 2, 3]]);
    made.dispose();
  });

  it('names the backends there are when it is asked for another', async () => {
    await useBackend('wasm');
    // @ts-expect-error: 'gpu' does not compile either.
    const gpu = useBackend('gpu');
    await expect(gpu).rejects.toThrow(BackendError);
    await expect(gpu).rejects.toThrow(
      /^useBackend: expected one of auto, tensorflow, webgpu, wasm, cpu, got 'gpu'\. Leave the name out to have the best one here chosen\.$/,
    );
    expect(getBackend()).toBe('wasm');
  });
});
