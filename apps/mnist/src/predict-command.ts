import { useBackend } from '@rnn/backends';
import { ArgumentError } from '@rnn/cells';
import { Dataset, valuesColumn } from '@rnn/datasets';
import {
  checkResultFlags,
  commandLine,
  drawsPictures,
  type PictureFlags,
  pictureOptions,
  writeReport,
} from 'app-common';
import { Command } from 'commander';
import { classOf } from './class-of';
import { type DataFlags, dataOptions, readDigits } from './digit-data';
import { classes } from './digit-trainer';
import { drawnDigit } from './drawn-digit';
import { loadTrained } from './load-trained';
import { type ModelFlags, modelOptions } from './model-options';
import { digitSide } from './pictures/digit-image';
import { predictionLines } from './prediction-lines';
import { prepared } from './preparation';
import { softmax } from './softmax';

interface PredictFlags extends ModelFlags, PictureFlags, DataFlags {}

/** A digit to be read. */
interface Asked {
  /** As a person calls it. */
  readonly name: string;
  /** `[28 * 28]`, from 0 for the paper to 1 for the ink. */
  readonly pixels: Float32Array;
  /** Where it is known. */
  readonly truth?: number;
}

/** `predict`: what a trained model takes single digits for. */
export const predictCommand = (): Command =>
  dataOptions(pictureOptions(modelOptions(new Command('predict'))))
    .description('Shows digits and the probabilities that a model gives to what they may be.')
    .argument('<digits...>', 'numbers of test images, from 0, or PNG files with a digit each')
    .action(predict);

async function predict(words: string[], flags: PredictFlags): Promise<void> {
  await checkResultFlags(flags);
  const backend = await useBackend(flags.backend);
  const { name, trainer, preparation, dataset } = await loadTrained(flags.model, flags.kernel);
  const asked = await askedDigits(words, { dataset, ...flags });
  const inputs = new Float32Array(asked.flatMap(({ pixels }) => [...pixels]));
  const noTargets = valuesColumn(new Float32Array(asked.length * classes), [classes]);
  const images = new Dataset(valuesColumn(inputs, [digitSide, digitSide]), noTargets);
  const logits = await trainer.predict(prepared(images, preparation));
  trainer.dispose();

  const say = (line: string): void => {
    if (!flags.quiet) console.log(line);
  };
  const read = asked.map((digit, i) => {
    const probabilities = softmax(logits.subarray(i * classes, (i + 1) * classes));
    return { ...digit, probabilities, predicted: classOf(probabilities) };
  });
  for (const { name: what, truth, predicted, pixels, probabilities } of read) {
    say(
      `${what}: ${predicted}${truth === undefined ? '' : truth === predicted ? ', which is right' : `, but it is a ${truth}`}`,
    );
    for (const line of predictionLines(pixels, probabilities)) say(line);
  }
  const predictions = read.map(({ pixels: _, ...prediction }) => prediction);
  const report = { model: flags.model, workload: name, backend: backend.name, device: backend.device, predictions };
  if (flags.json !== undefined) await writeReport(flags.json, report);
  if (!drawsPictures(flags)) return;
  const [{ writePictures }, { probabilityBars }] = await Promise.all([
    import('app-common/pictures'),
    import('./pictures/probability-bars'),
  ]);
  const pictures = await Promise.all(
    read.map(async ({ name: what, predicted, ...digit }, i) => {
      const title = `${what} is read as ${predicted}`;
      return { name: `prediction-${i + 1}`, caption: `${title}.`, svg: await probabilityBars({ title, ...digit }) };
    }),
  );
  const facts = [
    ['model', `${flags.model}, trained as ${name}`],
    ['backend', `${backend}`],
  ] as const;
  const versions = { node: process.versions.node, ...backend.versions };
  const page = { title: `MNIST: read by ${name}`, command: commandLine('mnist'), facts, tables: [], versions, report };
  for (const line of await writePictures(flags, { ...page, pictures })) say(line);
}

async function askedDigits(words: readonly string[], flags: DataFlags): Promise<Asked[]> {
  const isIndex = (word: string): boolean => /^\d+$/.test(word);
  const test = words.some(isIndex) ? (await readDigits(flags, 0)).test : undefined;
  return Promise.all(
    words.map(async (word) => {
      if (test === undefined || !isIndex(word)) return { name: word, pixels: await drawnDigit(word) };
      const index = Number(word);
      if (index >= test.size) {
        throw new ArgumentError('predict', `a test image from 0 to ${test.size - 1}`, word);
      }
      const image = test.slice(index, index + 1);
      return { name: `test image ${index}`, pixels: image.inputs, truth: classOf(image.targets) };
    }),
  );
}
