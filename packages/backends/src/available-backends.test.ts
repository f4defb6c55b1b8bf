import { getBackend } from '@tensorflow/tfjs-core';
import { expect, it } from 'vitest';
import { availableBackends } from './available-backends';
import { backendNames } from './backends';
import { tensorflow } from './tensorflow';

it('tells of every backend whether it is here, and switches to none', async () => {
  const all = await availableBackends();

  expect(all.map(({ name }) => name)).toEqual(backendNames);
  expect(all).toContainEqual({ name: 'wasm', present: true });
  expect(all).toContainEqual({ name: 'cpu', present: true });
  const absence = await tensorflow.absence();
  expect(all).toContainEqual(
    absence ? { name: 'tensorflow', present: false, ...absence } : { name: 'tensorflow', present: true },
  );
  expect(getBackend()).toBeFalsy();
});
