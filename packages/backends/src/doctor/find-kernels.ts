import { createRequire } from 'node:module';
import { join } from 'node:path';

/**
 * The module of @rnn/kernels that a program in `project` runs: its own dependency, or that of @rnn/unroll or @rnn/trainers; nothing where
 * none is installed there.
 */
export function findKernels(project: string): string | undefined {
  const here = join(project, 'package.json');
  for (const way of [[], ['@rnn/unroll'], ['@rnn/trainers'], ['@rnn/trainers', '@rnn/unroll']]) {
    try {
      return [...way, '@rnn/kernels'].reduce((place, name) => createRequire(place).resolve(name), here);
    } catch {
      // Not on this way.
    }
  }
  return undefined;
}
