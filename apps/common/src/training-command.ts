import { type BackendName, backendNames } from '@rnn/backends';
import type { KernelChoice } from '@rnn/trainers';
import { Argument, Command, Option } from 'commander';
import { integer, positiveInteger, positiveNumber } from './number-flags';
import { type CheckpointFlags, checkpointOptions } from './saved-run';

/** What the flags of a training app say. What is left out takes the workload's value. */
export interface TrainingFlags extends CheckpointFlags {
  readonly steps?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly hidden?: number;
  readonly backend: 'auto' | BackendName;
  readonly kernel: KernelChoice;
  readonly seed: number;
  readonly json?: string;
  readonly quiet: boolean;
}

interface TrainingCommand {
  readonly name: string;
  readonly description: string;
  /** What each workload is, by name. */
  readonly workloads: Readonly<Record<string, { readonly description: string }>>;
  readonly defaultWorkload: string;
}

/** The weights of an LSTM with more would take over 4 GiB, which the wasm backend cannot address. */
const mostUnits = 2 ** 14;

/** The command line that the training apps share; an app adds its own flags. Throws `CommanderError`, after printing what is wrong. */
export function trainingCommand({ name, description, workloads, defaultWorkload }: TrainingCommand): Command {
  const width = Math.max(...Object.keys(workloads).map((workload) => workload.length)) + 2;
  const list = Object.entries(workloads).map(
    ([workload, { description }]) => `  ${workload.padEnd(width)}${description}`,
  );
  const choices = Object.keys(workloads);
  return checkpointOptions(new Command(name))
    .description(description)
    .addArgument(new Argument('[workload]', 'what to train, see below').choices(choices).default(defaultWorkload))
    .addOption(new Option('--steps <n>', 'updates to make').argParser(positiveInteger()).conflicts('epochs'))
    .option('--epochs <n>', 'times to go through the training examples', positiveInteger())
    .option('--batch-size <n>', 'examples in an update', positiveInteger())
    .option('--learning-rate <rate>', 'of the optimiser', positiveNumber)
    .option('--hidden <units>', 'units of every layer', positiveInteger(mostUnits))
    .addOption(new Option('--backend <name>', 'what computes').choices(['auto', ...backendNames]).default('auto'))
    .addOption(
      new Option('--kernel <mode>', 'fused: or fail; reference: stock operations')
        .choices(['auto', 'fused', 'reference'])
        .default('auto'),
    )
    .option('--seed <n>', 'initial weights and shuffles follow from it', integer, 1)
    .option('--json <file>', 'write what was measured, as one JSON object')
    .option('--quiet', 'print nothing but errors', false)
    .addHelpText('after', `\nWorkloads:\n${list.join('\n')}`)
    .exitOverride();
}
