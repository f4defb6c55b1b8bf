import { Argument, Command } from 'commander';
import { deviceOptions } from './device-options';
import { pictureOptions } from './picture-options';
import { outputOptions, seedOption } from './run-options';
import { type WorkloadList, workloadLines } from './training-command';
import { valueOptions } from './value-options';

interface CompareCommand {
  readonly description: string;
  readonly workloads: WorkloadList;
}

/** `compare`, which the training apps share; an app adds its own flags and the action. Flags that `train` takes too are for every run. */
export function compareCommand({ description, workloads }: CompareCommand): Command {
  const choices = Object.keys(workloads);
  const command = new Command('compare')
    .description(description)
    .addArgument(
      new Argument('[workloads...]', 'which, see below; all unless given').choices(choices).default(choices, 'all'),
    );
  return outputOptions(pictureOptions(seedOption(deviceOptions(valueOptions(command))))).addHelpText(
    'after',
    `\n${workloadLines(workloads)}`,
  );
}

/** Flags of `compare` that are not for each run. */
export const flagsOfComparison = ['pictures', 'pictureFormat', 'report', 'json'] as const;
