import { SingleBar } from 'cli-progress';
import type { Measures, StepInfo, TrainingCallback, TrainingPosition } from '../trainer/training-callback';
import { progressLine } from './progress-line';

export interface ProgressBarOptions {
  /** False: nothing is drawn. Default: true. */
  readonly enabled?: boolean;
  /** Where it is drawn, if that is a terminal. Default: `process.stderr`, so that results can be piped from standard output. */
  readonly stream?: NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };
}

/** Reading the loss waits for the device; a person reads no faster than this. */
const measureEveryMs = 250;

/**
 * A progress bar for `fit`, in one line of a terminal: the step, the loss and metrics of a recent step, steps per second, time left.
 * Draws nothing on a pipe or a file, with `enabled: false`, on a `TERM=dumb`, and where `CI` is set. It uses no colours. Node only.
 *
 * @example
 * ```ts
 * import { progressBar } from '@rnn/trainers/progress-bar';
 *
 * const callbacks = [progressBar({ enabled: !process.argv.includes('--quiet') })]; // for trainer.fit(examples, { callbacks, … })
 * console.log(callbacks.length); // 1
 * ```
 */
export function progressBar({ enabled = true, stream = process.stderr }: ProgressBarOptions = {}): TrainingCallback {
  if (!enabled || stream.isTTY !== true || inCi() || process.env.TERM === 'dumb') return {};
  return new ProgressBar(stream);
}

class ProgressBar implements TrainingCallback {
  readonly #stream: NonNullable<ProgressBarOptions['stream']>;
  #bar: SingleBar | undefined;
  #began = 0;
  #firstStep = 0;
  #measured = 0;
  #measures: Readonly<Record<string, number>> | undefined;

  constructor(stream: NonNullable<ProgressBarOptions['stream']>) {
    this.#stream = stream;
  }

  onTrainBegin({ step, steps }: TrainingPosition): void {
    this.#began = performance.now();
    this.#firstStep = step;
    this.#measured = Number.NEGATIVE_INFINITY;
    this.#measures = undefined;
    this.#bar = new SingleBar({
      stream: this.#stream,
      format: (_, { value, total }) => this.#line(value, total),
      // Leaves the terminal's own settings and Ctrl-C alone, so that neither needs repair when the process is stopped.
      linewrap: true,
      gracefulExit: false,
    });
    this.#bar.start(steps, step);
  }

  async onStep({ step, measure }: StepInfo): Promise<void> {
    if (performance.now() - this.#measured > measureEveryMs) this.#show(await measure());
    this.#bar?.update(step);
  }

  onReport(measures: Measures): void {
    this.#show(measures);
  }

  onTrainEnd({ step }: TrainingPosition): void {
    this.#bar?.update(step);
    this.#bar?.stop();
    this.#bar = undefined;
  }

  #show({ loss, metrics }: Measures): void {
    this.#measures = { loss, ...metrics };
    this.#measured = performance.now();
  }

  #line(step: number, steps: number): string {
    const seconds = (performance.now() - this.#began) / 1000;
    const done = step - this.#firstStep;
    const stepsPerSecond = done > 0 ? done / seconds : undefined;
    // A terminal of unknown size says 0.
    return progressLine({ step, steps, measures: this.#measures, stepsPerSecond }, this.#stream.columns || 80);
  }
}

function inCi(): boolean {
  const { CI = '' } = process.env;
  return CI !== '' && CI !== 'false' && CI !== '0';
}
