import { type Command, Option } from 'commander';
import { positiveInteger, positiveNumber } from './number-flags';

/** What takes the place of a workload's values. */
export interface ValueFlags {
  readonly steps?: number;
  readonly epochs?: number;
  readonly batchSize?: number;
  readonly learningRate?: number;
  readonly hidden?: number;
}

/** The weights of an LSTM with more would take over 4 GiB, which the wasm backend cannot address. */
const mostUnits = 2 ** 14;

/** Adds the flags. */
export function valueOptions(command: Command): Command {
  return command
    .addOption(new Option('--steps <n>', 'updates to make').argParser(positiveInteger()).conflicts('epochs'))
    .option('--epochs <n>', 'times to go through the training examples', positiveInteger())
    .option('--batch-size <n>', 'examples in an update', positiveInteger())
    .option('--learning-rate <rate>', 'of the optimiser', positiveNumber)
    .option('--hidden <units>', 'units of every layer', positiveInteger(mostUnits));
}
