import type { Dataset } from '@rnn/datasets';

/** Where the curve begins and ends that `sine` of `@rnn/datasets` tests on, in radians. */
const [begin, end] = [100, 110];

/** The test curve, as the windows read it, and beyond. */
export interface TestCurve {
  /** How many values a window has. */
  readonly window: number;
  /** How many values there are; those from there on lie beyond what a window reads. */
  readonly points: number;
  /** From one value to the next, in radians. */
  readonly step: number;
  /** Of the i-th value, from 0. */
  readonly angle: (i: number) => number;
}

/** Of the windows of a test set, each with the value after it. */
export function testCurve({ inputShape, size }: Pick<Dataset, 'inputShape' | 'size'>): TestCurve {
  const [window = 0] = inputShape;
  const points = size + window;
  const step = (end - begin) / (points - 1);
  return { window, points, step, angle: (i) => begin + i * step };
}
