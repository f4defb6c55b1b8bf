import type { TrainingCallback } from '@rnn/trainers';
import { progressBar } from '@rnn/trainers/progress-bar';

/** What a person sees of a run: a bar on a terminal, a line for each report in a pipe, nothing when it shall be quiet. */
export function trainingCallbacks({ quiet }: { quiet: boolean }): TrainingCallback[] {
  if (quiet) return [];
  return process.stderr.isTTY ? [progressBar()] : [reportLines()];
}

function reportLines(): TrainingCallback {
  return {
    onReport({ step, steps, loss, metrics }) {
      const measures = Object.entries({ loss, ...metrics }).map(([name, value]) => `${name} ${value.toPrecision(4)}`);
      console.log(`step ${step}/${steps}  ${measures.join('  ')}`);
    },
  };
}
