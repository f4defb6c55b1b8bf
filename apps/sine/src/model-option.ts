import { Option } from 'commander';

/** `--model`. */
export const modelOption = (): Option =>
  new Option('--model <path>', 'an exported file, a checkpoint, or a folder of checkpoints');
