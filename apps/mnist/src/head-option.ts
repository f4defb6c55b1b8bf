import { type Command, Option } from 'commander';

/** Adds `--head`. */
export const headOption = (command: Command): Command =>
  command.addOption(
    new Option(
      '--head <which>',
      'of bi-*: outputs of the last step in time (last), or of the last forward and the first backward one (ends)',
    ).choices(['last', 'ends']),
  );
