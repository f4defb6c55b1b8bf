// Trains to its last step from the newest checkpoint of a folder, saving one after every step, and tells each step that is done with on a line of its
// own; with logs of every second step; at the end `weights` and a checksum of all that the run has become. Words: folder, backend, optimiser, last step.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BasicLSTMCell, DropoutWrapper, LSTMCell, Random, ZoneoutWrapper } from '@rnn/cells';
import { adam, momentum, sequenceClassifier, softmaxCrossEntropy, Trainer } from '@rnn/trainers';
import { Checkpoints } from '@rnn/trainers/checkpoints';
import { csvLog, jsonLinesLog } from '@rnn/trainers/logs';
import '@tensorflow/tfjs-backend-cpu';
import '@tensorflow/tfjs-backend-wasm';
import { setBackend } from '@tensorflow/tfjs-core';

const [folder, backend, optimizer, lastStep] = process.argv.slice(2);
if (!(await setBackend(backend))) throw new Error(`there is no backend ${backend} here`);

const random = new Random(1);
const [size, steps] = [160, 5];
const inputs = Float32Array.from({ length: size * steps }, () => random.uniform(-1, 1));
/** Which end of a sequence is the larger; in another order each epoch. */
const examples = {
  ...{ size, inputShape: [steps, 1], targetShape: [] },
  *batches({ batchSize, seed, epoch }) {
    const keys = new Random(seed, `epoch ${epoch}`);
    const order = Array.from({ length: size }, (_, row) => [keys.uniform(), row]).sort(([a], [b]) => a - b);
    for (let begin = 0; begin + batchSize <= size; begin += batchSize) {
      const rows = order.slice(begin, begin + batchSize).map(([, row]) => row);
      yield {
        size: batchSize,
        inputs: Float32Array.from(rows.flatMap((row) => [...inputs.subarray(row * steps, (row + 1) * steps)])),
        targets: Int32Array.from(rows, (row) => Number(inputs[row * steps] > inputs[(row + 1) * steps - 1])),
      };
    }
  },
};

// The lower layer runs on the fused kernel.
const cell = [new BasicLSTMCell(16), new DropoutWrapper(new BasicLSTMCell(8), { outputKeepProb: 0.8 })];
const backwardCell = [
  new BasicLSTMCell(16),
  new ZoneoutWrapper(new LSTMCell(8), { zoneoutCell: 0.2, zoneoutOutput: 0.1 }),
];
const trainer = new Trainer(sequenceClassifier({ cell, backwardCell, classes: 2 }), {
  ...{ loss: softmaxCrossEntropy, optimizer: optimizer === 'Adam' ? adam(0.01) : momentum(0.05, 0.9), seed: 7 },
});

const checkpoints = new Checkpoints(folder, { every: 1, config: { optimizer } });
const state = await checkpoints.latest();
if (state !== undefined) trainer.restore(state);
const tell = { onStepEnd: ({ step }) => void process.stdout.write(`${step}\n`) };
const callbacks = [tell, checkpoints, csvLog(join(folder, 'log.csv')), jsonLinesLog(join(folder, 'log.jsonl'))];
process.stdout.write('begins\n');
await trainer.fit(examples, { maxSteps: Number(lastStep), batchSize: 32, reportEvery: 2, callbacks });

const { variables, optimizer: slots, streams, reports, step } = await trainer.state();
const checksum = createHash('sha256').update(JSON.stringify({ streams, reports, step, iterations: slots.iterations }));
for (const { values } of [...variables.values(), ...slots.slots.values()]) checksum.update(values);
process.stdout.write(`weights ${checksum.digest('hex')}\n`);
