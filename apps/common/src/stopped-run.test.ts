import { afterEach, expect, it, vi } from 'vitest';
import { ExitError } from './exit-error';
import { checkStopped } from './stopped-run';

const { argv } = process;
afterEach(() => {
  process.argv = argv;
});

const thrown = (signal: string, words: string[], checkpoints?: string, unsaved?: string) => {
  process.argv = ['node', 'main.js', ...words];
  try {
    checkStopped({ app: 'mnist', stopped: signal, steps: 1201, checkpoints, unsaved });
  } catch (error) {
    return error as ExitError;
  }
  return undefined;
};

it('a run that was not stopped goes on', () => {
  const check = vi.fn(checkStopped);
  check({ app: 'mnist', steps: 7 });
  expect(check).toHaveReturned();
});

it('one that is saved ends with how to go on, and the status of the signal', () => {
  const error = thrown('SIGINT', ['bi-static-lstm', '--checkpoints', 'my runs'], 'my runs');
  expect(error).toBeInstanceOf(ExitError);
  expect(error?.status).toBe(130);
  expect(error?.message).toBe(
    "Stopped by SIGINT after 1,201 steps. It goes on with: pnpm mnist bi-static-lstm --checkpoints 'my runs' --resume",
  );
  expect(thrown('SIGTERM', ['--resume', '--checkpoints', 'r'], 'r')?.message).toMatch(
    /mnist --resume --checkpoints r$/,
  );
});

it('one that is not saved says how it could have been', () => {
  const error = thrown('SIGTERM', []);
  expect(error?.status).toBe(143);
  expect(error?.message).toBe(
    'Stopped by SIGTERM after 1,201 steps. Nothing of it is saved: with --checkpoints <folder> it could go on.',
  );
});

it('one that could not have been saved says what it is told to, or nothing', () => {
  expect(thrown('SIGINT', [], undefined, 'Nothing of it is saved.')?.message).toBe(
    'Stopped by SIGINT after 1,201 steps. Nothing of it is saved.',
  );
  expect(thrown('SIGINT', [], undefined, '')?.message).toBe('Stopped by SIGINT after 1,201 steps.');
});
