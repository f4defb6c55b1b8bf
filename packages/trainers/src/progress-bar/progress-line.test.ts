import { expect, test } from 'vitest';
import { progressLine } from './progress-line';

const measures = { loss: 0.12345, accuracy: 0.96875 };

test('the line tells the step, the measures, the rate and the time left, and the bar fills with the steps', () => {
  expect(progressLine({ step: 400, steps: 800, measures, stepsPerSecond: 52.13 }, 120)).toBe(
    '████████████░░░░░░░░░░░░ 400/800 | loss 0.1235 | accuracy 0.9688 | 52.1 steps/s | 8s left',
  );
  expect(progressLine({ step: 0, steps: 800, measures: undefined, stepsPerSecond: undefined }, 80)).toBe(
    '░░░░░░░░░░░░░░░░░░░░░░░░   0/800',
  );
});

test('time left reads as a person says it', () => {
  const left = (seconds: number) =>
    progressLine({ step: 0, steps: seconds, measures: undefined, stepsPerSecond: 1 }, 80).split(' | ').at(-1);
  expect([9, 59, 60, 125, 3599, 3600, 7384].map(left)).toEqual([
    '9s left',
    '59s left',
    '1m00s left',
    '2m05s left',
    '59m59s left',
    '1h00m left',
    '2h03m left',
  ]);
});

test('small measures are written with an exponent, and zero is zero', () => {
  const line = (loss: number) => progressLine({ step: 1, steps: 2, measures: { loss }, stepsPerSecond: undefined }, 20);
  expect([0, 1e-3, 9.87e-4, -4e-7, 12.3].map(line)).toEqual([
    '1/2 | loss 0.0000',
    '1/2 | loss 0.0010',
    '1/2 | loss 9.9e-4',
    '1/2 | loss -4.0e-7',
    '1/2 | loss 12.3000',
  ]);
});

test('a line is shorter than the terminal, whatever it tells', () => {
  const full = {
    step: 12345,
    steps: 100000,
    measures: { ...measures, loss: 1.2345e-12, f1: 0.5 },
    stepsPerSecond: 1234.5,
  };
  for (const columns of [200, 120, 80, 60, 40, 10, 1, 0]) {
    expect(progressLine(full, columns).length).toBeLessThanOrEqual(Math.max(columns - 1, 0));
  }
  expect(progressLine(full, 80)).toMatch(/^ 12345\/100000 \| loss 1\.2e-12 \| accuracy 0\.9688 \| f1 0\.5000/);
});

test('80 columns hold the longest run of a classifier, with a bar', () => {
  const line = progressLine({ step: 8000, steps: 8000, measures, stepsPerSecond: 10.1 }, 80);
  expect(line).toMatch(/^█{5,} 8000\/8000 \| loss 0\.1235 \| accuracy 0\.9688 \| 10\.1 steps\/s \| 0s left$/);
});
