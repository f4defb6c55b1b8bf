import { ArgumentError } from '@rnn/cells';
import { NotFiniteError } from '@rnn/trainers';
import { CommanderError } from 'commander';
import { afterEach, expect, it, vi } from 'vitest';
import { ExitError } from './exit-error';
import { runApp } from './run-app';

const error = vi.spyOn(console, 'error').mockImplementation(() => {});
afterEach(() => error.mockClear());

const ending = (thrown?: unknown) =>
  runApp(async () => {
    if (thrown !== undefined) throw thrown;
  });

it('0 when done, or when help was asked for', async () => {
  expect(await ending()).toBe(0);
  expect(await ending(new CommanderError(0, 'commander.helpDisplayed', '(outputHelp)'))).toBe(0);
  expect(error).not.toHaveBeenCalled();
});

it('2 for arguments that commander refused, which it has printed itself', async () => {
  expect(await ending(new CommanderError(1, 'commander.unknownOption', 'error'))).toBe(2);
  expect(error).not.toHaveBeenCalled();
});

it('2 for bad input, with its sentence', async () => {
  expect(await ending(new ArgumentError('fit', 'one of steps and epochs', 'both'))).toBe(2);
  expect(error).toHaveBeenCalledExactlyOnceWith('fit: expected one of steps and epochs, got both');
});

it('1 for a run that failed, with its stack', async () => {
  const failure = new Error('out of memory');
  expect(await ending(failure)).toBe(1);
  expect(error).toHaveBeenCalledExactlyOnceWith(failure);
});

it('1 for a run that the system refused what it needs, with a sentence', async () => {
  const full = Object.assign(new ArgumentError('Checkpoints', 'a file to be written', 'ENOSPC'), { code: 'ENOSPC' });
  expect(await ending(full)).toBe(1);
  expect(error).toHaveBeenCalledExactlyOnceWith('Checkpoints: expected a file to be written, got ENOSPC');
});

it('1 for a run whose numbers were not finite any more, with a sentence', async () => {
  const lost = new NotFiniteError(3, undefined, Number.NaN, true, 'a finite loss', 'A smaller learning rate may help.');
  expect(await ending(lost)).toBe(1);
  expect(error).toHaveBeenCalledExactlyOnceWith(
    'fit: expected a finite loss at step 3, got NaN. A smaller learning rate may help.',
  );
});

it('what an ExitError says', async () => {
  expect(await ending(new ExitError(130, 'Stopped by SIGINT.'))).toBe(130);
  expect(error).toHaveBeenCalledExactlyOnceWith('Stopped by SIGINT.');
});
