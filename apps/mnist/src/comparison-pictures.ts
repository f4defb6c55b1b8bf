import type { TrainingReport } from 'app-common';
import { labelledPoints, learningCurves, type NamedPicture } from 'app-common/pictures';
import { accuracyOf } from './accuracy-of';
import { workloads } from './workloads';

/** What is drawn of runs beside each other: accuracy against time and memory, and how the loss fell. */
export async function comparisonPictures(reports: readonly TrainingReport[]): Promise<NamedPicture[]> {
  // Static ones first, so that of two twins both have one colour.
  const ordered = [...reports].sort((a, b) => Number(kindOf(a) === 'dynamic') - Number(kindOf(b) === 'dynamic'));
  const points = (x: (report: TrainingReport) => number) =>
    ordered.map((report) => ({
      name: report.workload,
      kind: kindOf(report),
      x: x(report),
      y: 100 * accuracyOf(report),
    }));
  const y = 'accuracy on the test images (%)';
  return [
    {
      name: 'accuracy-seconds',
      caption: 'Accuracy against the time that training took.',
      svg: await labelledPoints({
        ...{
          title: 'Accuracy and time of training',
          x: 'training (seconds)',
          y,
          points: points(({ seconds }) => seconds),
        },
      }),
    },
    {
      name: 'accuracy-memory',
      caption: 'Accuracy against the most memory that the process had.',
      svg: await labelledPoints({
        ...{ title: 'Accuracy and memory', x: 'memory at the peak (MiB)', y },
        points: points(({ peakRssBytes }) => peakRssBytes / 2 ** 20),
      }),
    },
    {
      name: 'learning-curves',
      caption:
        'The loss of each reported batch; dynamic runs are dashed in the colour of their static twins where all 16 are there.',
      svg: await learningCurves({
        title: 'Loss of each workload',
        loss: ordered.map(({ workload, loss }) => ({ name: workload, points: loss })),
      }),
    },
  ];
}

const kindOf = ({ workload }: TrainingReport): string => workloads[workload]?.runner ?? '';
