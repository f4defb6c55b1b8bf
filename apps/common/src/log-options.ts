import type { TrainingCallback } from '@rnn/trainers';
import { csvLog, jsonLinesLog, tensorBoard } from '@rnn/trainers/logs';
import type { Command } from 'commander';

/** Where a run is written down as it goes. */
export interface LogFlags {
  readonly csv?: string;
  readonly jsonl?: string;
  readonly tensorboard?: string;
}

/** Adds the flags. */
export function logOptions(command: Command): Command {
  return command
    .option('--csv <file>', 'write loss, accuracy and rate of each report as it comes, a line each')
    .option('--jsonl <file>', 'the same as JSON Lines')
    .option('--tensorboard <folder>', 'the same for TensorBoard');
}

/** What writes the logs that are asked for. */
export function logCallbacks({ csv, jsonl, tensorboard }: LogFlags): TrainingCallback[] {
  return [
    ...(csv === undefined ? [] : [csvLog(csv)]),
    ...(jsonl === undefined ? [] : [jsonLinesLog(jsonl)]),
    ...(tensorboard === undefined ? [] : [tensorBoard(tensorboard)]),
  ];
}
