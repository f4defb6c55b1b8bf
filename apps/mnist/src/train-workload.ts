import { useBackend } from '@rnn/backends';
import { Dataset, mnist, valuesColumn } from '@rnn/datasets';
import { accuracy, adam, sequenceClassifier, softmaxCrossEntropy, Trainer, type TrainingCallback } from '@rnn/trainers';
import { explain } from '@rnn/unroll';
import { tidy, zeros } from '@tensorflow/tfjs-core';
import { checkReportFile, type TrainingFlags, trainingCallbacks, trainingReport, writeReport } from 'app-common';
import { closingTable } from './closing-table';
import { type Workload, workloads } from './workloads';

/** MNIST's classes. */
const classes = 10;

/** Trains a workload by name, tests it on all test images, prints the result and writes it where `json` says. */
export async function trainWorkload(name: string, flags: TrainingFlags & { readonly data?: string }): Promise<void> {
  const workload = workloads[name] as Workload;
  const say = flags.quiet ? () => {} : console.log;
  if (flags.json !== undefined) await checkReportFile('--json', flags.json);

  const backend = await useBackend(flags.backend);
  const digits = await mnist({ seed: flags.seed, ...(flags.data !== undefined && { folder: flags.data }) });
  const batchSize = flags.batchSize ?? workload.batchSize;
  const learningRate = flags.learningRate ?? workload.learningRate;
  const cell = workload.cell(workload.hidden.map((units) => flags.hidden ?? units));
  const [steps = 0, inputSize = 0] = digits.train.inputShape;
  const kernel = tidy(() => explain(cell, zeros([batchSize, steps, inputSize]), { kernel: flags.kernel }).toString());

  const model = sequenceClassifier({
    ...{ cell, classes, runner: workload.runner, kernel: flags.kernel },
    ...(workload.headInitializer && {
      kernelInitializer: workload.headInitializer,
      biasInitializer: workload.headInitializer,
    }),
  });
  const trainer = new Trainer(model, {
    loss: softmaxCrossEntropy,
    optimizer: adam(learningRate),
    metrics: { accuracy },
    seed: flags.seed,
  });

  say(`${name}: ${workload.description}`);
  say(`backend   ${backend}`);
  say(`kernel    ${kernel}`);
  say(
    `data      ${[digits.train, digits.validation, digits.test].map(({ size }) => size.toLocaleString('en')).join(' / ')} images, from ${digits.source}`,
  );
  for (const note of digits.notes) say(`          ${note}`);

  const drawn: TrainingCallback = {
    async onReport({ step }) {
      if (workload.drawnTestImages === undefined) return;
      const count = Math.min(workload.drawnTestImages, digits.test.size);
      const { inputs, targets } = digits.test.nextBatch(count);
      const sample = new Dataset(
        valuesColumn(inputs, digits.test.inputShape),
        valuesColumn(targets, digits.test.targetShape),
      );
      const tested = await trainer.evaluate(sample);
      say(`step ${step}: accuracy ${tested.accuracy.toFixed(4)} on ${count.toLocaleString('en')} drawn test images`);
    },
  };
  const fit = await trainer.fit(digits.train, {
    ...(flags.epochs === undefined ? { steps: flags.steps ?? workload.steps } : { epochs: flags.epochs }),
    batchSize,
    reportEvery: workload.reportEvery,
    validation: digits.validation,
    callbacks: [...trainingCallbacks(flags), drawn],
  });
  const test = await trainer.evaluate(digits.test);
  const first = digits.test.take(Math.min(128, digits.test.size));
  const { accuracy: first128Accuracy } = await trainer.evaluate(first);
  trainer.dispose();

  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed: flags.seed, batchSize, fit, first128Accuracy },
    validation: { accuracy: fit.validation?.accuracy ?? Number.NaN, examples: digits.validation.size },
    test: { accuracy: test.accuracy, examples: test.examples },
  });
  say(closingTable(report, first.size));
  if (flags.json !== undefined) {
    await writeReport(flags.json, report);
    say(`written to ${flags.json}`);
  }
}
