import { backend, getBackend, tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adamUpdate } from '../updates/adam-update';
import { engineIfMade } from './engine';
import { registerUpdates } from './register-updates';
import { updatesInPlace } from './update-functions';

registerUpdates();

test('on wasm the updates run where the tensors lie, on the other backends in the engine', () => {
  expect(updatesInPlace(backend()) !== undefined).toBe(getBackend() === 'wasm');
  const [w, m, v, g] = [1, 2, 3, 4].map((first) => tensor(new Float32Array(1_000_003).fill(first)));
  adamUpdate({
    variables: [{ w, m, v, g } as never],
    rate: 0.1,
    beta1: 0.9,
    beta2: 0.99,
    epsilon: 1e-8,
    kernel: 'fused',
  });
  // Four lists of four bytes a number.
  const copies = (engineIfMade()?.arena.totalBytes ?? 0) > 16_000_000;
  expect(copies).toBe(getBackend() !== 'wasm');
});

test('what lies beside the tensors keeps its bytes, whatever their sizes', () => {
  for (let size = 1; size < 20; size++) {
    // Blocks of neighbouring sizes, so that some lie right behind the results.
    const around = Array.from({ length: 40 }, (_, k) => tensor(new Float32Array(1 + (k % 7)).fill(k + 1)));
    const [w, m, v, g] = [1, 2, 3, 4].map((first) => tensor(new Float32Array(size).fill(first)));
    for (let k = 0; k < 40; k += 2) around[k]?.dispose();
    adamUpdate({
      variables: [{ w, m, v, g } as never],
      rate: 0.1,
      beta1: 0.9,
      beta2: 0.99,
      epsilon: 1e-8,
      kernel: 'fused',
    });
    for (const [k, tensor] of around.entries())
      if (k % 2 === 1) expect([...tensor.dataSync()]).toEqual(new Array(1 + (k % 7)).fill(k + 1));
  }
});
