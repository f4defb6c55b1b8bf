import { useBackend } from '@rnn/backends';
import type { RNNCell } from '@rnn/cells';
import { Dataset, type Mnist, valuesColumn } from '@rnn/datasets';
import type { Head, TrainingCallback } from '@rnn/trainers';
import { stopOnSignals } from '@rnn/trainers/signals';
import {
  checkRunFlags,
  checkStopped,
  chosenValues,
  closingRows,
  closingTable,
  commandLine,
  counted,
  drawsPictures,
  explainRun,
  headerFacts,
  headerLines,
  inAll,
  logCallbacks,
  type RunFlags,
  savedRun,
  trainingReport,
  trainingView,
  type ValueFlags,
  withReports,
  writeReport,
} from 'app-common';
import { type DataFlags, readDigits } from './digit-data';
import { type DigitTrainer, digitTrainer } from './digit-trainer';
import { notBothWays } from './head-option';
import { augmentedPictures, prepared } from './preparation';
import { accuracyOfFirst, readImages } from './read-images';
import type { Recipe } from './recipes';
import { ValidationCurve } from './validation-curve';
import type { Workload } from './workloads';

export interface MnistFlags extends ValueFlags, RunFlags, DataFlags {
  /** Of a bidirectional workload. */
  readonly head?: Head;
}

/** How often a run that is drawn or logged is validated meanwhile. */
const validations = 10;

const count = (n: number): string => n.toLocaleString('en');
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** Trains a workload, tests it on all test images and on the first 128, says what came out, writes and draws it where the flags say. */
export async function trainWorkload(name: string, workload: Workload, flags: MnistFlags): Promise<void> {
  if (flags.head !== undefined && workload.head === undefined) throw notBothWays(name);
  await checkRunFlags(flags);
  const { seed } = flags;
  const { recipe } = workload;
  const backend = await useBackend(flags.backend);
  const digits = await readDigits(flags, seed);
  const { validation, test } = digits;
  const train = recipe === undefined ? digits.train : augmentedPictures(digits.train, recipe);

  const values = chosenValues(workload, flags);
  const { hidden: units, batchSize, length, learningRate } = values;
  const stepsPerEpoch = Math.max(1, Math.floor(train.size / batchSize));
  const totalSteps = 'steps' in length ? length.steps : length.epochs * stepsPerEpoch;
  const head = flags.head ?? workload.head;
  const layers = workload.layers(units);
  const kernel = explainRun(layers, train, batchSize, flags.kernel);
  const trainer = digitTrainer(workload, { ...flags, layers, head, learningRate, totalSteps });

  const { dataset = 'mnist' } = flags;
  const config = { workload: name, dataset, units, head, batchSize, learningRate, seed, images: train.size };
  const saved = await savedRun(flags, { ...config, ...(recipe && { recipe, totalSteps }) });
  if (saved.state !== undefined) trainer.restore(saved.state);

  const { say, callbacks } = trainingView(flags);
  const optimizer = recipe === undefined ? 'Adam' : 'Adam, one cycle';
  const [network, data] = [workload.network(units, head), describeData(digits, recipe)];
  const header = { workload: name, network, optimizer, values, units, seed, backend, kernel, data };
  for (const line of [...headerLines(header), ...saved.lines]) say(line);

  const curve = new ValidationCurve();
  const logs = logCallbacks(flags);
  const isWatched = drawsPictures(flags) || logs.length > 0;
  const fit = await trainer.fit(train, {
    ...inAll(length),
    ...{ batchSize, validation: prepared(validation, recipe?.preparation), reportEvery: workload.reportEvery },
    ...(isWatched && { validateEvery: Math.ceil(totalSteps / validations) }),
    // The checkpoints first: a folder that they refuse leaves the logs of an earlier run as they are.
    callbacks: [
      ...[...saved.callbacks, ...callbacks, testDrawnImages(trainer, test, workload.drawnTestImages, say)],
      ...[curve, ...logs, stopOnSignals()],
    ],
  });
  checkStopped({
    ...{ app: 'mnist', stopped: fit.stopped, steps: trainer.step, checkpoints: flags.checkpoints },
    ...(flags.apart && { unsaved: '' }),
  });

  const read = await readImages(trainer, test, recipe?.preparation);
  const first = accuracyOfFirst(128, read);
  const onValidation = { accuracy: fit.validation?.accuracy ?? Number.NaN, examples: validation.size };
  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed, batchSize, first128Accuracy: first.accuracy },
    fit: withReports(fit, trainer.reports),
    ...{ validation: onValidation, test: { accuracy: read.accuracy, examples: read.examples } },
  });
  const rows = closingRows(
    [
      ['test accuracy', `${percent(read.accuracy)} on ${count(read.examples)} images`],
      [`first ${first.examples} test images`, percent(first.accuracy)],
      ['validation accuracy', `${percent(onValidation.accuracy)} on ${count(validation.size)} images`],
    ],
    report,
  );
  say(closingTable(rows));
  if (flags.json !== undefined) await writeReport(flags.json, report);
  if (drawsPictures(flags)) {
    // Not before it is wanted: loading takes a quarter of a second.
    const [{ writePictures }, { runPictures }] = await Promise.all([
      import('app-common/pictures'),
      import('./run-pictures'),
    ]);
    const pictures = await runPictures({
      ...{ name, reports: trainer.reports, validations: curve.points, test, read },
      ...{ cell: layers[0]?.[0] as RNNCell, preparation: recipe?.preparation },
    });
    const tables = [{ caption: 'What came out', columns: ['measure', 'value'], rows }];
    const page = { title: `MNIST: ${name}`, command: commandLine('mnist'), facts: headerFacts(header) };
    const said = await writePictures(flags, { ...page, tables, pictures, versions: report.versions, report });
    for (const line of said) say(line);
  }
  trainer.dispose();
}

function describeData({ train, validation, test, source, notes }: Mnist, recipe: Recipe | undefined): string[] {
  const sizes = [train, validation, test].map(({ size }) => count(size));
  return [
    `${sizes.join(' / ')} images from ${source}`,
    ...notes,
    ...(recipe === undefined ? [] : describeRecipe(recipe)),
  ];
}

function describeRecipe({ preparation, augmentation }: Recipe): string[] {
  const { untilEpoch, ...changes } = augmentation;
  const moved = Object.entries(changes).map(([change, bound]) => `${change} ${bound}`);
  const { margin, rows } = preparation;
  return [
    `deskewed, without a margin of ${margin} pixels, ${rows} rows a step`,
    `changed at random in the first ${counted(untilEpoch, 'epoch')}: ${moved.join(', ')}`,
  ];
}

/** At each report, says how the model does on so many test images, drawn anew. */
function testDrawnImages(
  trainer: DigitTrainer,
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
