import { useBackend } from '@rnn/backends';
import { sine } from '@rnn/datasets';
import { adam, meanSquaredError, sequenceRegressor, Trainer } from '@rnn/trainers';
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
import { drawCurve } from './draw-curve';
import { makeCell, type Workload } from './workloads';

export interface SineFlags extends TrainingFlags {
  /** Where the predicted curve is drawn. */
  readonly plot?: string;
}

/** Of the test set, where the first window's prediction lies: ten steps of the linspace after its start. */
const testBegin = 100;
const testEnd = 110;

/** Trains a workload, predicts the test curve, says what came out, draws it where `plot` says and writes it where `json` says. */
export async function trainWorkload(name: string, workload: Workload, flags: SineFlags): Promise<void> {
  const say = flags.quiet ? () => {} : console.log;
  if (flags.json !== undefined) await checkReportFile('--json', flags.json);
  if (flags.plot !== undefined) await checkReportFile('--plot', flags.plot, ['.svg', '.png']);
  const backend = await useBackend(flags.backend);
  const { train, test } = sine({ seed: flags.seed });

  const batchSize = flags.batchSize ?? workload.batchSize;
  const hidden = workload.hidden.map((units) => flags.hidden ?? units);
  const cell = makeCell(hidden);
  const length = flags.steps === undefined ? { epochs: flags.epochs ?? workload.epochs } : { steps: flags.steps };
  const kernel = tidy(() => {
    const [steps = 0, inputSize = 0] = train.inputShape;
    return explain(cell, zeros([batchSize, steps, inputSize]), { kernel: flags.kernel }).toString();
  });
  const learningRate = flags.learningRate ?? workload.learningRate;
  const model = sequenceRegressor({ cell, kernel: flags.kernel });
  const trainer = new Trainer(model, { loss: meanSquaredError, optimizer: adam(learningRate), seed: flags.seed });

  const count = (n: number): string => n.toLocaleString('en');
  say(`${name}: ${workload.description}`);
  const runs = Object.entries(length).map(([unit, n]) => `${count(n)} ${unit}`);
  say(
    `run      ${runs}, batches of ${batchSize}, learning rate ${learningRate}, units ${[...hidden, 1].join(', ')}, seed ${flags.seed}`,
  );
  say(`backend  ${backend}`);
  say(`kernel   ${kernel}`);
  say(`data     ${count(train.size)} / ${count(test.size)} windows of ${train.inputShape[0]} values`);

  const fit = await trainer.fit(train, {
    ...length,
    // In order, whole batches only, as the originals do.
    ...{ batchSize, shuffle: false, reportEvery: 500 },
    callbacks: trainingCallbacks(flags),
  });
  const { loss: mse, examples } = await trainer.evaluate(test);
  const predicted = await trainer.predict(test);
  trainer.dispose();

  const report = trainingReport({
    ...{ workload: name, backend, kernel, seed: flags.seed, batchSize, fit, test: { mse, examples } },
  });
  say(closingTable([['test mean squared error', `${mse.toExponential(3)} on ${count(examples)} windows`]], report));
  if (flags.json !== undefined) await writeReport(flags.json, report);
  if (flags.plot !== undefined) {
    const values = examples + (test.inputShape[0] as number);
    const x = Array.from(
      predicted,
      (_, i) => testBegin + ((testEnd - testBegin) * (i + values - examples)) / (values - 1),
    );
    const title = `${name}: the next value of a sine, test error ${mse.toExponential(2)} (mean squared)`;
    await drawCurve(flags.plot, { title, x, sine: Array.from(test.targets), predicted: Array.from(predicted) });
    say(`drawn in ${flags.plot}`);
  }
}
