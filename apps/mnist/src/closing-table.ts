import type { TrainingReport } from 'app-common';

/** The result of a run as a person reads it, a line each. */
export function closingTable(report: TrainingReport, firstImages: number): string {
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const count = (n: number): string => n.toLocaleString('en', { maximumFractionDigits: 1 });
  const { test, validation, msPerStep } = report;
  const rows = [
    ['test accuracy', `${percent('accuracy' in test ? test.accuracy : Number.NaN)} on ${count(test.examples)} images`],
    [`first ${firstImages} test images`, percent(report.first128Accuracy ?? Number.NaN)],
    [
      'validation accuracy',
      `${percent(validation !== null && 'accuracy' in validation ? validation.accuracy : Number.NaN)} on ${count(validation?.examples ?? 0)} images`,
    ],
    ['training', `${count(report.steps)} steps, ${report.epochs.toFixed(2)} epochs, ${count(report.seconds)} s`],
    ['a step', `${msPerStep.median.toFixed(1)} ms (median), ${msPerStep.min.toFixed(1)} ms (minimum)`],
    [
      'speed',
      `${count(report.steps / report.seconds)} steps/s, ${count(Math.round(report.sequencesPerSecond))} sequences/s`,
    ],
    ['memory', `${count(report.peakRssBytes / 2 ** 20)} MiB at the peak`],
  ] as const;
  const width = Math.max(...rows.map(([what]) => what.length)) + 2;
  return rows.map(([what, value]) => `${what.padEnd(width)}${value}`).join('\n');
}
