import type { TrainingReport } from './training-report';

/** The result of a run as a person reads it: the app's own rows first, then what training took. A line each. */
export function closingTable(rows: readonly (readonly [string, string])[], report: TrainingReport): string {
  const count = (n: number): string => n.toLocaleString('en', { maximumFractionDigits: 1 });
  const { median, min } = report.msPerStep;
  const training = [
    ['training', `${count(report.steps)} steps, ${report.epochs.toFixed(2)} epochs, ${count(report.seconds)} s`],
    ['a step', `${median.toFixed(1)} ms (median), ${min.toFixed(1)} ms (minimum)`],
    [
      'speed',
      `${count(report.steps / report.seconds)} steps/s, ${count(Math.round(report.sequencesPerSecond))} sequences/s`,
    ],
  ] as const;
  const all = [
    ...rows,
    ...(report.steps === 0 ? [['training', 'none: the run that was resumed had made all steps'] as const] : training),
    ['memory', `${count(report.peakRssBytes / 2 ** 20)} MiB at the peak`],
  ] as const;
  const width = Math.max(...all.map(([what]) => what.length)) + 2;
  return all.map(([what, value]) => `${what.padEnd(width)}${value}`).join('\n');
}
