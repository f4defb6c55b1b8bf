import { useBackend } from '@rnn/backends';
import { Dataset, mnist, valuesColumn } from '@rnn/datasets';
import { accuracy, adam, sequenceClassifier, softmaxCrossEntropy, Trainer, type TrainingCallback } from '@rnn/trainers';
import { explain } from '@rnn/unroll';
import { tidy, zeros } from '@tensorflow/tfjs-core';
import {
  checkReportFile,
  closingTable,
  type TrainingFlags,
  trainingCallbacks,
  trainingReport,
  writeReport,
} from 'app-common';
import type { Workload } from './workloads';

export interface MnistFlags extends TrainingFlags {
  /** A folder with the four files. */
  readonly data?: string;
}

/** MNIST's classes. */
const classes = 10;

/** Trains a workload, tests it on all test images and on the first 128, says what came out and writes it where `json` says. */
export async function trainWorkload(name: string, workload: Workload, flags: MnistFlags): Promise<void> {
  const say = flags.quiet ? () => {} : console.log;
  if (flags.json !== undefined) await checkReportFile('--json', flags.json);
  const backend = await useBackend(flags.backend);
  const digits = await mnist({ seed: flags.seed, ...(flags.data !== undefined && { folder: flags.data }) });
  const { train, validation, test } = digits;

  const batchSize = flags.batchSize ?? workload.batchSize;
  const hidden = workload.hidden.map((units) => flags.hidden ?? units);
  const cell = workload.cell(hidden);
  const length = flags.epochs === undefined ? { steps: flags.steps ?? workload.steps } : { epochs: flags.epochs };
  const kernel = tidy(() => {
    const [steps = 0, inputSize = 0] = train.inputShape;
    return explain(cell, zeros([batchSize, steps, inputSize]), { kernel: flags.kernel }).toString();
  });
  const { headInitializer } = workload;
  const model = sequenceClassifier({
    ...{ cell, classes, runner: workload.runner, kernel: flags.kernel },
    ...(headInitializer && { kernelInitializer: headInitializer, biasInitializer: headInitializer }),
  });
  const learningRate = flags.learningRate ?? workload.learningRate;
  const trainer = new Trainer(model, {
    loss: softmaxCrossEntropy,
    optimizer: adam(learningRate),
    metrics: { accuracy },
    seed: flags.seed,
  });

  const count = (n: number): string => n.toLocaleString('en');
  say(`${name}: ${workload.description}`);
  const runs = Object.entries(length).map(([unit, n]) => `${count(n)} ${unit}`);
  say(
    `run      ${runs}, batches of ${batchSize}, learning rate ${learningRate}, units ${hidden.join(', ')}, seed ${flags.seed}`,
  );
  say(`backend  ${backend}`);
  say(`kernel   ${kernel}`);
  say(`data     ${[train, validation, test].map(({ size }) => count(size)).join(' / ')} images from ${digits.source}`);
  for (const note of digits.notes) say(`         ${note}`);

  const testDrawnImages: TrainingCallback = {
    async onReport({ step }) {
      const drawn = test.nextBatch(Math.min(workload.drawnTestImages ?? 0, test.size));
      const images = new Dataset(
        valuesColumn(drawn.inputs, test.inputShape),
        valuesColumn(drawn.targets, test.targetShape),
      );
      const { accuracy: share } = await trainer.evaluate(images);
      say(`step ${step}: accuracy ${share.toFixed(4)} on ${count(drawn.size)} drawn test images`);
    },
  };
  const fit = await trainer.fit(train, {
    ...length,
    ...{ batchSize, validation, reportEvery: workload.reportEvery },
    callbacks: [...trainingCallbacks(flags), ...(workload.drawnTestImages === undefined ? [] : [testDrawnImages])],
  });
  const onTest = await trainer.evaluate(test);
  const first = test.take(Math.min(128, test.size));
  const { accuracy: first128Accuracy } = await trainer.evaluate(first);
  const onValidation = { accuracy: fit.validation?.accuracy ?? Number.NaN, examples: validation.size };
  trainer.dispose();

  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed: flags.seed, batchSize, fit, first128Accuracy },
    ...{ validation: onValidation, test: { accuracy: onTest.accuracy, examples: onTest.examples } },
  });
  const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;
  const rows = [
    ['test accuracy', `${percent(onTest.accuracy)} on ${count(onTest.examples)} images`],
    [`first ${first.size} test images`, percent(first128Accuracy)],
    ['validation accuracy', `${percent(onValidation.accuracy)} on ${count(validation.size)} images`],
  ] as const;
  say(closingTable(rows, report));
  if (flags.json !== undefined) await writeReport(flags.json, report);
}
