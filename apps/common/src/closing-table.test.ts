import { expect, it } from 'vitest';
import { closingRows, closingTable } from './closing-table';
import type { TrainingReport } from './training-report';

const report: TrainingReport = {
  ...{
    workload: 'w',
    backend: 'cpu',
    device: 'CPU',
    kernel: 'k',
    seed: 1,
    steps: 1,
    epochs: 1,
    batchSize: 8,
    seconds: 2,
  },
  ...{ msPerStep: { median: 3.25, min: 2.5 }, sequencesPerSecond: 4, loss: [], validation: null },
  ...{ test: { mse: 1, examples: 1 }, first128Accuracy: null, peakRssBytes: 2 ** 30, versions: {} },
};

it('counts one step and one epoch as one', () => {
  expect(closingTable(closingRows([['test', 'good']], report))).toBe(
    [
      'test      good',
      'training  1 step, 1 epoch, 2 s',
      'a step    3.3 ms (median), 2.5 ms (minimum)',
      'speed     0.5 steps/s, 4 sequences/s',
      'memory    1,024 MiB at the peak',
    ].join('\n'),
  );
});

it('counts many, and parts of an epoch', () => {
  const rows = closingRows([], { ...report, steps: 1716, epochs: 3.996 });
  expect(rows[0]).toEqual(['training', '1,716 steps, 4 epochs, 2 s']);
  expect(closingRows([], { ...report, steps: 10, epochs: 0.0232 })[0]?.[1]).toBe('10 steps, 0.02 epochs, 2 s');
});

it('says that a run which was complete has made no step', () => {
  const [training, memory] = closingRows([], { ...report, steps: 0 });
  expect(training?.[1]).toBe('none: the run that was resumed had made all steps');
  expect(memory?.[0]).toBe('memory');
});
