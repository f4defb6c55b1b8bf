import { ArgumentError } from '@rnn/cells';
import type { FitResult, StepReport, TrainingCallback, TrainingState } from '@rnn/trainers';
import { Checkpoints, type RunConfig } from '@rnn/trainers/checkpoints';
import type { Command } from 'commander';
import type { TrainingLength } from './chosen-values';
import { hangingLines } from './hanging-lines';
import { positiveInteger } from './number-flags';

export interface CheckpointFlags {
  /** The folder that they are in. */
  readonly checkpoints?: string;
  readonly checkpointEvery?: number;
  readonly resume?: boolean;
}

/** Adds the flags. */
export function checkpointOptions(command: Command): Command {
  return command
    .option('--checkpoints <folder>', 'save the run there, to be resumed')
    .option('--checkpoint-every <n>', 'updates from one checkpoint to the next, 500 unless given', positiveInteger())
    .option('--resume', 'go on from the newest checkpoint, where there is one');
}

/** What was saved of a run, and how it is saved from here on. */
export interface SavedRun {
  /** Where it goes on, for `restore`. */
  readonly state: TrainingState | undefined;
  readonly callbacks: readonly TrainingCallback[];
  /** What a person is told of it. */
  readonly lines: readonly string[];
}

/**
 * Reads what the flags say is there, of a run with these values. Throws `ArgumentError` for flags without a folder, for a folder with a run that is not
 * to be resumed, and for a checkpoint of a run with other values, `CheckpointError` where none can be read.
 */
export async function savedRun(flags: CheckpointFlags, config: RunConfig): Promise<SavedRun> {
  const { checkpoints: folder, checkpointEvery: every = 500, resume = false } = flags;
  if (folder === undefined) {
    const flag = resume ? '--resume' : '--checkpoint-every';
    if (resume || flags.checkpointEvery !== undefined)
      throw new ArgumentError(flag, 'a folder with --checkpoints', 'none');
    return { state: undefined, callbacks: [], lines: [] };
  }
  if (!resume) await refuseBegunRun(folder);
  const checkpoints = new Checkpoints(folder, { every, config });
  const state = resume ? await checkpoints.latest() : undefined;
  const from =
    state === undefined ? `the beginning: no checkpoint in ${folder}` : `step ${state.step.toLocaleString('en')}`;
  const saves = `every ${every === 1 ? 'step' : `${every.toLocaleString('en')} steps`} to ${folder}`;
  const lines = [...hangingLines('saves    ', saves), ...(resume ? hangingLines('resumes  ', `from ${from}`) : [])];
  return { state, callbacks: [checkpoints], lines };
}

async function refuseBegunRun(folder: string): Promise<void> {
  // What cannot be read is set aside when the run begins.
  const newest = await new Checkpoints(folder, { warn: () => undefined }).newest().catch(() => undefined);
  const step = newest?.state.step ?? 0;
  if (step === 0) return;
  const remedy = '--resume goes on with it. Or name another folder.';
  throw new ArgumentError(
    '--checkpoints',
    `no run yet in ${folder}`,
    `one at step ${step.toLocaleString('en')}`,
    remedy,
  );
}

/** How long a run is in all, as `fit` takes it of one that is resumed. */
export const inAll = (length: TrainingLength): { readonly maxSteps: number } | { readonly maxEpochs: number } =>
  'steps' in length ? { maxSteps: length.steps } : { maxEpochs: length.epochs };

/** The result of a `fit`, with the losses from before it was resumed. */
export const withReports = <Fit extends Pick<FitResult, 'loss'>>(fit: Fit, reports: readonly StepReport[]): Fit => ({
  ...fit,
  loss: reports.map(({ step, loss }) => ({ step, value: loss })),
});
