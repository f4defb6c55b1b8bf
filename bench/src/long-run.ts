import { useBackend } from '@rnn/backends';
import { BasicLSTMCell, Random } from '@rnn/cells';
import { Dataset, valuesColumn } from '@rnn/datasets';
import { memory as engineMemory } from '@rnn/kernels';
import { adam, sequenceClassifier, softmaxCrossEntropy, Trainer } from '@rnn/trainers';
import { memory as tensorMemory } from '@tensorflow/tfjs-core';
import { positiveInteger, runApp, wordsOfUser } from 'app-common';
import { Command } from 'commander';
import { machineLines } from './machine-lines';
import { describeMemory, type MemorySample, memoryGrowth } from './memory-growth';

const command = new Command('long-run')
  .description('Trains a small LSTM for very long, and fails where memory grows in the second half.')
  .option('--steps <n>', 'training steps', positiveInteger(), 100_000)
  .exitOverride();

/** Examples of 5 steps of 3 numbers, in 4 classes. */
function randomExamples(size: number): Dataset {
  const random = new Random(1, 'long-run');
  const inputs = Float32Array.from({ length: size * 5 * 3 }, () => random.uniform());
  const classes = Int32Array.from({ length: size }, () => Math.floor(random.uniform() * 4));
  return new Dataset(valuesColumn(inputs, [5, 3]), valuesColumn(classes, []));
}

async function takeSample(step: number): Promise<MemorySample> {
  if (globalThis.gc === undefined) throw new Error('long-run: expected node --expose-gc, got none');
  // What a collection finalizes is free at the next one.
  for (let i = 0; i < 3; i++) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { usedBytes, totalBytes } = engineMemory();
  return {
    step,
    tensors: tensorMemory().numTensors,
    heapBytes: process.memoryUsage().heapUsed,
    engineUsedBytes: usedBytes,
    engineBytes: totalBytes,
    rssBytes: process.memoryUsage.rss(),
  };
}

process.exitCode = await runApp(async () => {
  const { steps } = command.parse(wordsOfUser(), { from: 'user' }).opts<{ readonly steps: number }>();
  console.log([...machineLines(), `backend ${await useBackend('wasm')}`].join('\n'));
  const model = sequenceClassifier({ cell: new BasicLSTMCell(8), classes: 4 });
  const trainer = new Trainer(model, { loss: softmaxCrossEntropy, optimizer: adam(), clipNorm: 5, seed: 1 });
  const examples = randomExamples(512);
  const samples: MemorySample[] = [];
  const began = performance.now();
  for (let tenth = 1; tenth <= 10; tenth++) {
    await trainer.fit(examples, { steps: Math.round((steps * tenth) / 10) - trainer.step, batchSize: 8 });
    samples.push(await takeSample(trainer.step));
    console.error(`${trainer.step.toLocaleString('en')} of ${steps.toLocaleString('en')} steps`);
  }
  const seconds = (performance.now() - began) / 1000;
  trainer.dispose();
  console.log(`\n${steps.toLocaleString('en')} steps of 8 x 5 x 3 into an LSTM of 8 units, ${seconds.toFixed(0)} s\n`);
  console.log(describeMemory(samples));
  const growth = memoryGrowth(samples);
  if (growth.length > 0) throw new Error(`long-run: memory grows\n${growth.join('\n')}`);
});
