import { hangingLines, type RunFlags, runOptions } from 'app-common';
import { Command } from 'commander';
import { type DataFlags, dataOptions } from './digit-data';
import { best, bestFast } from './recipes';
import { trainWorkload } from './train-workload';
import type { Workload } from './workloads';

interface BestFlags extends RunFlags, DataFlags {
  readonly fast: boolean;
}

const inHelp = (name: string, { description }: Workload): string[] => hangingLines(`  ${name.padEnd(13)}`, description);

/** `best`: this project's recipes. */
export const bestCommand = (): Command =>
  dataOptions(runOptions(new Command('best')))
    .description("Trains by this project's recipe: for accuracy, or with --fast for time.")
    .option('--fast', 'one small network for four epochs', false)
    .addHelpText('after', ['\nRecipes:', ...inHelp('best', best), ...inHelp('best --fast', bestFast)].join('\n'))
    .action(({ fast, ...flags }: BestFlags) =>
      fast ? trainWorkload('best-fast', bestFast, flags) : trainWorkload('best', best, flags),
    );
