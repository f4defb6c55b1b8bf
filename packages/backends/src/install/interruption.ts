import { constants } from 'node:os';

/** SIGINT or SIGTERM came, and what was begun is undone. */
export class Interruption extends Error {
  override readonly name = 'Interruption';
  /** As a shell has it for a program that a signal ended: 130 for SIGINT, 143 for SIGTERM. */
  readonly exitStatus: number;

  constructor(signal: 'SIGINT' | 'SIGTERM') {
    super(`interrupted by ${signal}`);
    this.exitStatus = 128 + constants.signals[signal];
  }
}

/**
 * Runs `work` with a signal that SIGINT or SIGTERM aborts, where they would end the process at once: `work` ends early and takes back what it has begun.
 * What it throws then is an `Interruption`. A second one ends the process.
 */
export async function interruptible<T>(work: (interrupted: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const interrupt = (signal: 'SIGINT' | 'SIGTERM') => {
    stopListening();
    controller.abort(new Interruption(signal));
  };
  const stopListening = () => {
    for (const signal of ['SIGINT', 'SIGTERM']) process.off(signal, interrupt);
  };
  for (const signal of ['SIGINT', 'SIGTERM']) process.on(signal, interrupt);
  try {
    return await work(controller.signal);
  } catch (error) {
    throw controller.signal.aborted ? controller.signal.reason : error;
  } finally {
    stopListening();
  }
}
