import { type DeviceFlags, deviceOptions, outputOptions } from 'app-common';
import type { Command } from 'commander';

/** What the commands take that use a trained model. */
export interface ModelFlags extends DeviceFlags {
  readonly model?: string;
  readonly json?: string;
  readonly quiet: boolean;
}

/** Adds the flags. */
export const modelOptions = (command: Command): Command =>
  outputOptions(
    deviceOptions(command.option('--model <path>', 'a checkpoint, a folder of checkpoints, or what export wrote')),
  );
