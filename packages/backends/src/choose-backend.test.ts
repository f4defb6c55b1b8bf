import '@tensorflow/tfjs-backend-cpu';
import { expect, it } from 'vitest';
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

it('takes the first that starts', async () => {
  const choice = await chooseBackend([fakeBackend('first'), fakeBackend('second')], {});
  expect(`${choice}`).toBe("first, CPU, as first: 'auto' tries it first");
});

it('goes on past a backend that is found and does not load, and says so', async () => {
  const choice = await chooseBackend([absent, broken, fakeBackend('third'), fakeBackend('fourth')], {});
  expect(choice.reasons).toEqual(['absent is not installed', 'broken does not start (no such library)']);
  expect(`${choice}`).toBe('third, CPU, as third: absent is not installed, broken does not start (no such library)');
});

it('throws every reason where none starts', async () => {
  await expect(chooseBackend([absent, broken], {})).rejects.toThrow(
    new BackendError(
      'useBackend',
      'one of absent, broken to start',
      'none: absent is not installed, broken does not start (no such library)',
      'Ask for one by name to learn its remedy.',
    ),
  );
});
