import { backend, getBackend, type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expect, test } from 'vitest';
import { adagradUpdate } from '../updates/adagrad-update';
import { adamUpdate } from '../updates/adam-update';
import { clipByGlobalNorm } from '../updates/clip-by-global-norm';
import { momentumUpdate } from '../updates/momentum-update';
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

const kernel = 'fused';
const rate = 0.1;
const updates: [string, (lists: readonly Tensor[]) => unknown][] = [
  [
    'Adam',
    ([w, m, v, g]) =>
      adamUpdate({ variables: [{ w, m, v, g } as never], rate, beta1: 0.9, beta2: 0.99, epsilon: 1e-8, kernel }),
  ],
  ['Adagrad', ([w, acc, , g]) => adagradUpdate({ variables: [{ w, acc, g } as never], rate, kernel })],
  ['momentum', ([w, acc, , g]) => momentumUpdate({ variables: [{ w, acc, g } as never], rate, momentum: 0.9, kernel })],
  ['clipping', ([g]) => clipByGlobalNorm({ gradients: [g as Tensor], clipNorm: 0.1, kernel })],
];

test.each(updates)('what lies beside the tensors keeps its bytes, whatever their sizes: %s', (_, update) => {
  for (let size = 1; size < 20; size++) {
    // Blocks of neighbouring sizes, so that some lie right behind the results.
    const around = Array.from({ length: 40 }, (_, k) => tensor(new Float32Array(1 + (k % 7)).fill(k + 1)));
    const lists = [1, 2, 3, 4].map((first) => tensor(new Float32Array(size).fill(first)));
    for (let k = 0; k < 40; k += 2) around[k]?.dispose();
    update(lists);
    for (const [k, tensor] of around.entries())
      if (k % 2 === 1) expect([...tensor.dataSync()]).toEqual(new Array(1 + (k % 7)).fill(k + 1));
  }
});

test('a memory that the module cannot share leaves the work to the engine', () => {
  // Without a limit, as the module demands one.
  const memory = new WebAssembly.Memory({ initial: 1 });
  const backend = { typedArrayFromHeap: true, wasm: { asm: { memory } } };
  expect(updatesInPlace(backend as never)).toBeUndefined();
});
