import { KernelError } from '../kernel-error';
import { askForThreads } from './engine';
import { freeDropped } from './waiting';

/**
 * Sets how many threads the WebAssembly engine computes on, the caller's among them: 64 at most, and one in a page that is not cross-origin isolated.
 * Before first use, or at any later time when no gradient is to come: the engine is then made anew, which also helps where a thread has died.
 *
 * Throws `KernelError` for what is not a positive integer, and inside a function that is being differentiated.
 *
 * @example
 * ```ts
 * import { setThreads } from '@rnn/kernels';
 *
 * setThreads(2);
 * ```
 */
export function setThreads(count: number): void {
  if (!Number.isInteger(count) || count < 1) throw new KernelError('setThreads', 'a positive integer', `${count}`);
  freeDropped();
  askForThreads(count);
}
