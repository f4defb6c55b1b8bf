import type { TrainingCallback } from '@rnn/trainers';
import { progressBar } from '@rnn/trainers/progress-bar';

/** What a person sees of a run. */
export interface TrainingView {
  /** Prints a line, on a line of its own also while the bar is drawn; nothing when it shall be quiet. */
  readonly say: (line: string) => void;
  /** A bar where one can be drawn, else a line for each report; none when it shall be quiet. */
  readonly callbacks: readonly TrainingCallback[];
}

export function trainingView({ quiet }: { readonly quiet: boolean }): TrainingView {
  if (quiet) return { say: () => {}, callbacks: [] };
  const bar = progressBar();
  // The bar itself decides whether it can be drawn (a terminal, not in CI, …); one that cannot listens to nothing.
  if (bar.onTrainBegin === undefined) return { say: printLine, callbacks: [reportLines] };
  let isDrawn = false;
  const watch: TrainingCallback = {
    onTrainBegin() {
      isDrawn = true;
    },
    onTrainEnd() {
      isDrawn = false;
    },
  };
  const say = (line: string): void => {
    if (isDrawn) process.stderr.write(clearLine);
    printLine(line);
    if (isDrawn) process.stderr.write(saveCursor);
  };
  return { say, callbacks: [bar, watch] };
}

/** To the first column, and the rest of the line erased (ECMA-48). The bar draws itself again below. */
const clearLine = '\r\x1b[K';
/** DECSC. When it ends, the bar goes back to the place that was saved last, and so would have the result printed over these lines. */
const saveCursor = '\x1b7';

const printLine = (line: string): void => console.log(line);

const reportLines: TrainingCallback = {
  onReport({ step, steps, loss, metrics }) {
    const measures = Object.entries({ loss, ...metrics }).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
    printLine(`step ${step}/${steps}  ${measures.join('  ')}`);
  },
};
