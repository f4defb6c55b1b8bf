import { type BackendName, backendNames } from '@rnn/backends';
import type { KernelChoice } from '@rnn/trainers';
import { type Command, Option } from 'commander';

/** What computes. */
export interface DeviceFlags {
  readonly backend: 'auto' | BackendName;
  readonly kernel: KernelChoice;
}

/** Adds the flags. */
export function deviceOptions(command: Command): Command {
  return command
    .addOption(new Option('--backend <name>', 'what computes').choices(['auto', ...backendNames]).default('auto'))
    .addOption(
      new Option('--kernel <mode>', 'fused: or fail; reference: stock operations')
        .choices(['auto', 'fused', 'reference'])
        .default('auto'),
    );
}
