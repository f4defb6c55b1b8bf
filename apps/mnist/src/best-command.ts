import { type RunFlags, runOptions } from 'app-common';
import { Command } from 'commander';
import { type DataFlags, dataOptions } from './digit-data';
import { best, bestFast } from './recipes';
import { trainWorkload } from './train-workload';

interface BestFlags extends RunFlags, DataFlags {
  readonly fast: boolean;
}

/** `best`: this project's recipes. */
export const bestCommand = (): Command =>
  dataOptions(runOptions(new Command('best')))
    .description("Trains by this project's recipe: for accuracy, or with --fast for time.")
    .option('--fast', 'one small network for four epochs', false)
    .addHelpText('after', `\nRecipes:\n  best         ${best.description}\n  best --fast  ${bestFast.description}`)
    .action(({ fast, ...flags }: BestFlags) =>
      fast ? trainWorkload('best-fast', bestFast, flags) : trainWorkload('best', best, flags),
    );
