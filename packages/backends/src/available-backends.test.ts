import { getBackend } from '@tensorflow/tfjs-core';
import { afterEach, expect, it, vi } from 'vitest';
import { availableBackends } from './available-backends';
import { backendNames } from './backends';
import { tensorflow } from './tensorflow';

afterEach(() => void vi.restoreAllMocks());

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

it('tells of one that cannot be looked for why not, and of the others whether they are here', async () => {
  const before = await availableBackends();
  vi.spyOn(tensorflow, 'absence').mockRejectedValue(
    new Error("EACCES: permission denied, scandir '/closed'\nand more"),
  );

  expect(await availableBackends()).toEqual(
    before.map((presence) =>
      presence.name === 'tensorflow'
        ? {
            ...{ name: 'tensorflow', present: false },
            reason: "to look for tensorflow failed (EACCES: permission denied, scandir '/closed')",
            remedy: 'Run npx @rnn/backends install tensorflow, which makes its binding again.',
          }
        : presence,
    ),
  );
});
