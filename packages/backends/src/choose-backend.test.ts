import '@tensorflow/tfjs-backend-cpu';
import { expect, it, vi } from 'vitest';
import type { Backend } from './backend';
import { BackendError } from './backend-error';
import { chooseBackend } from './choose-backend';
import { fakeBackend } from './fake-backend';

const absent = fakeBackend('absent', {
  absence: async () => ({ reason: 'absent is not installed', remedy: 'Install it.' }),
});
const broken = fakeBackend('broken', {
  load: async () => {
    throw new Error('no such library');
  },
});
/** Loads everywhere; whether it finds a GPU shows then. */
const card = (onGpu: boolean) =>
  fakeBackend('card', {
    load: async () => ({
      registeredAs: 'cpu',
      versions: {},
      device: () => (onGpu ? 'GPU' : 'CPU'),
      onGpu: () => onGpu,
    }),
  });

const anywhere = <Name extends string>(...backends: readonly Backend<Name>[]) =>
  backends.map((backend) => ({ backend, onGpu: false }));

it('takes the first that starts', async () => {
  const choice = await chooseBackend(anywhere(fakeBackend('first'), fakeBackend('second')), {});
  expect(`${choice}`).toBe("first, CPU, as first: 'auto' tries it first");
});

it('goes on past a backend that is found and does not load, and says so', async () => {
  const choice = await chooseBackend(anywhere<string>(absent, broken, fakeBackend('third'), fakeBackend('fourth')), {});
  expect(choice.reasons).toEqual(['absent is not installed', 'broken does not start (no such library)']);
  expect(`${choice}`).toBe('third, CPU, as third: absent is not installed, broken does not start (no such library)');
});

it('takes one that is wanted for its GPU where it finds one', async () => {
  const choice = await chooseBackend(
    [{ backend: card(true), onGpu: true }, ...anywhere<string>(fakeBackend('wasm'))],
    {},
  );
  expect(`${choice}`).toBe("card, GPU: 'auto' tries it first");
});

it('passes it over where it would compute on the CPU, and says which is faster there', async () => {
  const wanted = { backend: card(false), onGpu: true };
  const choice = await chooseBackend([wanted, ...anywhere<string>(fakeBackend('wasm'), card(false))], {});
  expect(`${choice}`).toBe('wasm, CPU, as wasm: card computes on the CPU here, where wasm is faster');
});

it('does not even load one that shows without it that it would find no GPU', async () => {
  const load = vi.fn();
  const wanted = { ...card(true), load, gpuAbsence: () => 'there is no driver' };
  const choice = await chooseBackend(
    [{ backend: wanted, onGpu: true }, ...anywhere<string>(fakeBackend('wasm'), wanted)],
    {},
  );
  expect(`${choice}`).toBe(
    'wasm, CPU, as wasm: card computes on the CPU here (there is no driver), where wasm is faster',
  );
  expect(load).not.toHaveBeenCalled();
});

it('says rather that it is not installed', async () => {
  const wanted = { ...absent, gpuAbsence: () => 'there is no driver' };
  const choice = await chooseBackend([{ backend: wanted, onGpu: true }, ...anywhere<string>(fakeBackend('wasm'))], {});
  expect(choice.reasons).toEqual(['absent is not installed']);
});

it.each(['absence', 'gpuAbsence'] as const)('says so and goes on where its %s cannot be looked for', async (looks) => {
  const fails = () => {
    throw new Error("EACCES: permission denied, open 'card.node'");
  };
  const wanted = { ...card(false), load: fails, [looks]: fails };
  const choice = await chooseBackend([{ backend: wanted, onGpu: true }, ...anywhere<string>(fakeBackend('wasm'))], {});
  expect(`${choice}`).toBe("wasm, CPU, as wasm: card does not start (EACCES: permission denied, open 'card.node')");
});

it('comes back to it where the faster one does not start', async () => {
  const wanted = { backend: card(false), onGpu: true };
  const choice = await chooseBackend([wanted, ...anywhere<string>(broken, card(false), fakeBackend('last'))], {});
  expect(`${choice}`).toBe('card, CPU: broken does not start (no such library)');
});

it('throws every reason where none starts', async () => {
  await expect(
    chooseBackend([{ backend: absent, onGpu: true }, ...anywhere<string>(broken, absent)], {}),
  ).rejects.toThrow(
    new BackendError(
      'useBackend',
      'one of absent, broken to start',
      'none: absent is not installed, broken does not start (no such library)',
      'Ask for one by name to learn its remedy.',
    ),
  );
});
