import { ArgumentError } from '@rnn/cells';
import { type Command, Option } from 'commander';

/** Adds `--head`. */
export const headOption = (command: Command): Command =>
  command.addOption(
    new Option(
      '--head <which>',
      'of bi-*, which alone get it: outputs of the last step in time (last), or of the last forward and the first backward one (ends)',
    ).choices(['last', 'ends']),
  );

/** What is wrong where none of these workloads has two directions. */
export const notBothWays = (names: string): ArgumentError =>
  new ArgumentError('--head', 'a bidirectional workload', names, 'Those whose names begin with bi- are.');
