import { counted } from './counted';
import { hangingLines } from './hanging-lines';
import type { TrainingReport } from './training-report';

/** The result of a run as a person reads it: the app's own rows first, then what training took. */
export function closingRows(
  rows: readonly (readonly [string, string])[],
  report: TrainingReport,
): (readonly [string, string])[] {
  const count = (n: number): string => n.toLocaleString('en', { maximumFractionDigits: 1 });
  const { median, min } = report.msPerStep;
  const epochs = Number(report.epochs.toFixed(2));
  const training = [
    ['training', `${counted(report.steps, 'step')}, ${counted(epochs, 'epoch')}, ${count(report.seconds)} s`],
    ['a step', `${median.toFixed(1)} ms (median), ${min.toFixed(1)} ms (minimum)`],
    [
      'speed',
      `${count(report.steps / report.seconds)} steps/s, ${count(Math.round(report.sequencesPerSecond))} sequences/s`,
    ],
  ] as const;
  return [
    ...rows,
    ...(report.steps === 0 ? [['training', 'none: the run that was resumed had made all steps'] as const] : training),
    ['memory', `${count(report.peakRssBytes / 2 ** 20)} MiB at the peak`],
  ];
}

/** Those rows as text, a line each, or more where one is wider than the terminal. */
export function closingTable(rows: readonly (readonly [string, string])[]): string {
  const width = Math.max(...rows.map(([what]) => what.length)) + 2;
  return rows.flatMap(([what, value]) => hangingLines(what.padEnd(width), value)).join('\n');
}
