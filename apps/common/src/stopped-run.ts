import { constants } from 'node:os';
import { commandLine } from './command-line';
import { counted } from './counted';
import { ExitError } from './exit-error';
import { wordsOfUser } from './words-of-user';

interface StoppedRun {
  readonly app: string;
  /** Which signal, where one stopped it. */
  readonly stopped?: string | undefined;
  /** How many updates it had made, over all that it was resumed. */
  readonly steps: number;
  /** Where they are saved. */
  readonly checkpoints?: string | undefined;
  /** What a person can do where they are not, in a sentence, or nothing. */
  readonly unsaved?: string | undefined;
}

const unsavedRun = 'Nothing of it is saved: with --checkpoints <folder> it could go on.';

/** Throws, where a signal ended a run before its last step: with how to go on, and the exit status that shells expect. */
export function checkStopped({ app, stopped, steps, checkpoints, unsaved = unsavedRun }: StoppedRun): void {
  if (stopped === undefined) return;
  const words = wordsOfUser();
  const remedy =
    checkpoints === undefined
      ? unsaved
      : `It goes on with: ${commandLine(app, words.includes('--resume') ? words : [...words, '--resume'])}`;
  throw new ExitError(
    signalStatus(stopped),
    `Stopped by ${stopped} after ${counted(steps, 'step')}. ${remedy}`.trimEnd(),
  );
}

/** What a shell says of a process that a signal ended. */
export const signalStatus = (signal: string): number => 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
