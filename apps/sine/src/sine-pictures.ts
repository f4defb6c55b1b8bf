import type { Dataset } from '@rnn/datasets';
import type { NamedPicture, TrainingReport } from 'app-common';
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
