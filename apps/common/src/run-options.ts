import { type Command, Option } from 'commander';
import { type DeviceFlags, deviceOptions } from './device-options';
import { type LogFlags, logOptions } from './log-options';
import { integer } from './number-flags';
import { type PictureFlags, pictureOptions } from './picture-options';
import { type CheckpointFlags, checkpointOptions } from './saved-run';

/** What is asked of a training run, whatever it trains. */
export interface RunFlags extends DeviceFlags, CheckpointFlags, LogFlags, PictureFlags {
  readonly seed: number;
  readonly json?: string;
  readonly quiet: boolean;
  /** Whether `compare` started it, and says what becomes of it. */
  readonly apart?: boolean;
}

/** Adds the flags. */
export function runOptions(command: Command): Command {
  seedOption(deviceOptions(command));
  command.addOption(new Option('--apart').hideHelp());
  return outputOptions(pictureOptions(logOptions(checkpointOptions(command))));
}

/** Adds `--seed`. */
export const seedOption = (command: Command): Command =>
  command.option('--seed <n>', 'initial weights and shuffles follow from it', integer, 1);

/** Adds `--json` and `--quiet`. */
export const outputOptions = (command: Command): Command =>
  command
    .option('--json <file>', 'write what was measured, as one JSON object')
    .option('--quiet', 'print nothing but errors', false);
