import type { TrainingCallback } from '../trainer/training-callback';

export interface StopOnSignalsOptions {
  /** Default: `SIGINT`, which is Ctrl-C, and `SIGTERM`. */
  readonly signals?: readonly NodeJS.Signals[];
}

/**
 * Ends `fit` cleanly when a signal asks for it: after the step under way or the next, so that a checkpoint can be written, and with `FitResult.stopped` naming the signal, where
 * steps are left. A second signal does at once what it does without this. While no fit runs it listens to
 * none. Node only.
 *
 * @example
 * ```ts
 * import { stopOnSignals } from '@rnn/trainers/signals';
 *
 * const callbacks = [stopOnSignals()]; // for trainer.fit(examples, { callbacks, … }), whose result then has stopped: 'SIGINT'
 * console.log(callbacks.length); // 1
 * ```
 */
export function stopOnSignals({ signals = ['SIGINT', 'SIGTERM'] }: StopOnSignalsOptions = {}): TrainingCallback {
  let received: NodeJS.Signals | undefined;
  const ignore = () => {
    for (const signal of signals) process.off(signal, receive);
  };
  const receive = (signal: NodeJS.Signals) => {
    if (received === undefined) {
      received = signal;
      return;
    }
    ignore();
    process.kill(process.pid, signal);
  };
  return {
    onTrainBegin() {
      received = undefined;
      for (const signal of signals) process.on(signal, receive);
    },
    onStep({ stop }) {
      if (received !== undefined) stop(received);
    },
    onTrainEnd: ignore,
  };
}
