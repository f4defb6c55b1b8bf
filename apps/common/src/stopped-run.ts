import { constants } from 'node:os';
import type { StepReport } from '@rnn/trainers';
import { commandLine } from './command-line';
import { counted } from './counted';
import { ExitError } from './exit-error';
import { wordsOfUser } from './words-of-user';

interface StoppedRun {
  readonly app: string;
  /** Which signal, where one stopped it. */
  readonly stopped?: string | undefined;
  /** Of the run; the last is of the step that it was stopped after. */
  readonly reports: readonly StepReport[];
  /** Where they are saved. */
  readonly checkpoints?: string | undefined;
}

/** Throws, where a signal ended a run before its last step: with how to go on, and the exit status that shells expect. */
export function checkStopped({ app, stopped, reports, checkpoints }: StoppedRun): void {
  if (stopped === undefined) return;
  const step = reports.at(-1)?.step ?? 0;
  const words = wordsOfUser();
  const remedy =
    checkpoints === undefined
      ? 'Nothing of it is saved: with --checkpoints <folder> it could go on.'
      : `It goes on with: ${commandLine(app, words.includes('--resume') ? words : [...words, '--resume'])}`;
  throw new ExitError(signalStatus(stopped), `Stopped by ${stopped} after ${counted(step, 'step')}. ${remedy}`);
}

/** What a shell says of a process that a signal ended. */
export const signalStatus = (signal: string): number => 128 + (constants.signals[signal as NodeJS.Signals] ?? 0);
