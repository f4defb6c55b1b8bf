import { isDeepStrictEqual } from 'node:util';
import { ArgumentError } from '@rnn/cells';
import type { RunConfig } from './checkpoint-file';

/** Throws `ArgumentError` unless a checkpoint's run was started with the same, naming what differs. */
export function checkConfig(file: string, saved: RunConfig, config: RunConfig): void {
  const now = JSON.parse(JSON.stringify(config)) as RunConfig;
  const differing = [...new Set([...Object.keys(now), ...Object.keys(saved)])].filter(
    (key) => !isDeepStrictEqual(now[key], saved[key]),
  );
  if (differing.length === 0) return;
  const told = (of: RunConfig): string =>
    differing.map((key) => `${key} ${JSON.stringify(of[key]) ?? 'none'}`).join(', ');
  throw new ArgumentError(file, `a run with ${told(now)}`, told(saved), 'Ask for the same, or name another folder.');
}
