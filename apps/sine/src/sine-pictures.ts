import type { Dataset } from '@rnn/datasets';
import type { TrainingReport } from 'app-common';
import type { NamedPicture } from 'app-common/pictures';
import { testCurve } from './test-curve';

/** The predictions for the test set over its values; the first is of the value after the first window. */
export async function curvePicture(title: string, test: Dataset, predicted: Float32Array): Promise<NamedPicture> {
  const { sineCurves } = await import('./pictures/sine-curves');
  const { window, angle } = testCurve(test);
  const x = Array.from(predicted, (_, i) => angle(i + window));
  const curves = { title, x, sine: Array.from(test.targets), predicted: Array.from(predicted) };
  return {
    name: 'curve',
    caption: 'The test curve, each value predicted from the ten before it',
    svg: await sineCurves(curves),
  };
}

/** Of the values before a forecast as many are drawn, some half a period. */
const drawnBefore = 350;

/** What follows the last window of the test set, and the true values before and beside it. */
export async function forecastPicture(title: string, test: Dataset, predicted: Float32Array): Promise<NamedPicture> {
  const { sineCurves } = await import('./pictures/sine-curves');
  const { points, angle } = testCurve(test);
  const before = Math.min(drawnBefore, points - 1);
  const x = Array.from({ length: before + predicted.length }, (_, i) => angle(points - 1 - before + i));
  const svg = await sineCurves({ title, x, sine: x.map(Math.sin), predicted: Array.from(predicted) });
  return { name: 'forecast', caption: 'The forecast over the sine, which it has not seen from the line on', svg };
}

/** The loss of each run at its reports. */
export async function lossPicture(
  title: string,
  runs: readonly Pick<TrainingReport, 'workload' | 'loss'>[],
): Promise<NamedPicture> {
  const { learningCurves } = await import('app-common/pictures');
  const loss = runs.map(({ workload, loss }) => ({ name: workload, points: loss }));
  return {
    name: 'loss',
    caption: 'Mean squared error of the batch at each report',
    svg: await learningCurves({ title, loss }),
  };
}

/** The test error of each run against the seconds that it trained. */
export async function errorPicture(title: string, runs: readonly TrainingReport[]): Promise<NamedPicture> {
  const { labelledPoints } = await import('app-common/pictures');
  const points = runs.flatMap(({ workload, seconds, test }) =>
    'mse' in test ? [{ name: workload, kind: workload, x: seconds, y: test.mse }] : [],
  );
  const svg = await labelledPoints({ title, x: 'training (s)', y: 'test error (mean squared)', points });
  return { name: 'error', caption: 'Mean squared error on the test curve against seconds of training', svg };
}
