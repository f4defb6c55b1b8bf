import { useBackend } from '@rnn/backends';
import { ArgumentError, type RNNCell } from '@rnn/cells';
import { Dataset, type Mnist, mnist, valuesColumn } from '@rnn/datasets';
import {
  accuracy,
  adam,
  type Head,
  sequenceClassifier,
  softmaxCrossEntropy,
  Trainer,
  type TrainingCallback,
} from '@rnn/trainers';
import { stopOnSignals } from '@rnn/trainers/signals';
import {
  checkReportFile,
  checkStopped,
  chosenValues,
  closingRows,
  closingTable,
  explainRun,
  headerLines,
  inAll,
  logCallbacks,
  savedRun,
  type TrainingFlags,
  trainingReport,
  trainingView,
  withReports,
  writeReport,
} from 'app-common';
import type { Workload } from './workloads';

export interface MnistFlags extends TrainingFlags {
  /** A folder with the four files. */
  readonly data?: string;
  /** Of a bidirectional workload. */
  readonly head?: Head;
}

/** MNIST's classes. */
const classes = 10;

const count = (n: number): string => n.toLocaleString('en');
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Trains a workload, tests it on all test images and on the first 128, says what came out and writes it where `json` says. */
export async function trainWorkload(name: string, workload: Workload, flags: MnistFlags): Promise<void> {
  if (flags.head !== undefined && workload.head === undefined)
    throw new ArgumentError('--head', 'a bidirectional workload', name, 'Those whose names begin with bi- are.');
  if (flags.json !== undefined) await checkReportFile('--json', flags.json);
  const { seed } = flags;
  const backend = await useBackend(flags.backend);
  const digits = await mnist({ seed, ...(flags.data !== undefined && { folder: flags.data }) });
  const { train, validation, test } = digits;

  const values = chosenValues(workload, flags);
  const { hidden: units, batchSize, length, learningRate } = values;
  const head = flags.head ?? workload.head;
  const layers = workload.layers(units);
  const kernel = explainRun(layers, train, batchSize, flags.kernel);
  const trainer = makeTrainer(layers, head, workload, { ...flags, learningRate });

  const config = { workload: name, units, head, batchSize, learningRate, seed, images: train.size };
  const saved = await savedRun(flags, config);
  if (saved.state !== undefined) trainer.restore(saved.state);

  const { say, callbacks } = trainingView(flags);
  const [network, data] = [workload.network(units, head), describeData(digits)];
  const header = { workload: name, network, optimizer: 'Adam', values, units, seed, backend, kernel, data };
  for (const line of [...headerLines(header), ...saved.lines]) say(line);

  const fit = await trainer.fit(train, {
    ...inAll(length),
    ...{ batchSize, validation, reportEvery: workload.reportEvery },
    callbacks: [
      ...[...callbacks, testDrawnImages(trainer, test, workload.drawnTestImages, say)],
      ...[...logCallbacks(flags), stopOnSignals(), ...saved.callbacks],
    ],
  });
  checkStopped({ app: 'mnist', stopped: fit.stopped, reports: trainer.reports, checkpoints: flags.checkpoints });
  const onTest = await trainer.evaluate(test);
  const first = test.take(Math.min(128, test.size));
  const { accuracy: first128Accuracy } = await trainer.evaluate(first);
  const onValidation = { accuracy: fit.validation?.accuracy ?? Number.NaN, examples: validation.size };
  trainer.dispose();

  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed, batchSize, first128Accuracy },
    fit: withReports(fit, trainer.reports),
    ...{ validation: onValidation, test: { accuracy: onTest.accuracy, examples: onTest.examples } },
  });
  const rows = [
    ['test accuracy', `${percent(onTest.accuracy)} on ${count(onTest.examples)} images`],
    [`first ${first.size} test images`, percent(first128Accuracy)],
    ['validation accuracy', `${percent(onValidation.accuracy)} on ${count(validation.size)} images`],
  ] as const;
  say(closingTable(closingRows(rows, report)));
  if (flags.json !== undefined) await writeReport(flags.json, report);
}

type MnistTrainer = ReturnType<typeof makeTrainer>;

function makeTrainer(
  layers: readonly (readonly RNNCell[])[],
  head: Head | undefined,
  { runner, headInitializer }: Workload,
  { kernel, learningRate, seed }: Pick<MnistFlags, 'kernel' | 'seed'> & { readonly learningRate: number },
) {
  const [cell, backwardCell] = [0, 1].map((way) => {
    const cells = layers.flatMap((layer) => layer[way] ?? []);
    return cells.length > 1 ? cells : cells[0];
  });
  const model = sequenceClassifier({
    ...{ cell: cell as RNNCell | RNNCell[], backwardCell, head, classes, runner, kernel },
    ...(headInitializer && { kernelInitializer: headInitializer, biasInitializer: headInitializer }),
  });
  const optimizer = adam(learningRate);
  return new Trainer(model, { loss: softmaxCrossEntropy, optimizer, metrics: { accuracy }, seed });
}

function describeData({ train, validation, test, source, notes }: Mnist): string[] {
  const sizes = [train, validation, test].map(({ size }) => count(size));
  return [`${sizes.join(' / ')} images from ${source}`, ...notes];
}

/** At each report, says how the model does on so many test images, drawn anew. */
function testDrawnImages(
  trainer: MnistTrainer,
  test: Dataset,
  images: number | undefined,
  say: (line: string) => void,
): TrainingCallback {
  if (images === undefined) return {};
  return {
    async onReport({ step }) {
      const { size, inputs, targets } = test.nextBatch(Math.min(images, test.size));
      const drawn = new Dataset(valuesColumn(inputs, test.inputShape), valuesColumn(targets, test.targetShape));
      const { accuracy: share } = await trainer.evaluate(drawn);
      say(`step ${step}: accuracy ${share.toFixed(4)} on ${count(size)} drawn test images`);
    },
  };
}
