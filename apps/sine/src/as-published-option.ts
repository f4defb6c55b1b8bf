import type { Command } from 'commander';

/** Adds `--as-published`. */
export const asPublishedOption = (command: Command): Command =>
  command.option('--as-published', 'estimator with its published settings, which end at ten times the error', false);
