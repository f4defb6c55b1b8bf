import { useBackend } from '@rnn/backends';
import {
  checkResultFlags,
  closingTable,
  commandLine,
  drawsPictures,
  type PictureFlags,
  pictureOptions,
  tableLines,
  writeReport,
} from 'app-common';
import { Command } from 'commander';
import { type DataFlags, dataOptions, readDigits } from './digit-data';
import { loadTrained } from './load-trained';
import { type ModelFlags, modelOptions } from './model-options';
import { accuracyOfFirst, type ImagesRead, readImages } from './read-images';

interface EvaluateFlags extends ModelFlags, PictureFlags, DataFlags {}

const count = (n: number): string => n.toLocaleString('en');
const percent = (share: number): string => `${(100 * share).toFixed(2)} %`;

/** `evaluate`: what a trained model takes the test images for. */
export const evaluateCommand = (): Command =>
  dataOptions(pictureOptions(modelOptions(new Command('evaluate'))))
    .description('Tests a model that train saved: accuracy, which digits it takes for which, each digit.')
    .action(evaluate);

async function evaluate(flags: EvaluateFlags): Promise<void> {
  await checkResultFlags(flags);
  const backend = await useBackend(flags.backend);
  const { name, trainer, preparation, dataset, config } = await loadTrained(flags.model, flags.kernel);
  const { test, source } = await readDigits({ dataset, ...flags }, 0);
  const read = await readImages(trainer, test, preparation);
  trainer.dispose();

  const say = (line: string): void => {
    if (!flags.quiet) console.log(line);
  };
  const first = accuracyOfFirst(128, read);
  const facts = [
    ['model', `${flags.model}, trained as ${name}`],
    ['data', `${count(test.size)} test images from ${source}`],
    ['backend', `${backend}`],
    ['accuracy', percent(read.accuracy)],
    [`first ${first.examples}`, percent(first.accuracy)],
  ] as const;
  say(closingTable(facts));
  const [confusion, each] = [confusionTable(read), digitTable(read)];
  for (const { caption, ...table } of [confusion, each])
    for (const line of ['', `${caption}:`, ...tableLines(table)]) say(line);

  const report = {
    ...{ model: flags.model, workload: name, config, backend: backend.name, device: backend.device },
    ...{ test: { accuracy: read.accuracy, examples: read.examples }, first128Accuracy: first.accuracy },
    ...{ confusion: read.counts, misread: read.misread },
  };
  if (flags.json !== undefined) await writeReport(flags.json, report);
  if (!drawsPictures(flags)) return;
  const [{ writePictures }, { readingPictures }] = await Promise.all([
    import('app-common/pictures'),
    import('./reading-pictures'),
  ]);
  const pictures = await readingPictures(name, test, read);
  const versions = { node: process.versions.node, ...backend.versions };
  const page = { title: `MNIST: ${name} tested`, command: commandLine('mnist'), facts, versions, report };
  for (const line of await writePictures(flags, { ...page, tables: [confusion, each], pictures })) say(line);
}

const digits = Array.from({ length: 10 }, (_, k) => `${k}`);

function confusionTable({ counts }: ImagesRead) {
  const cell = (n: number): string => (n === 0 ? '.' : count(n));
  return {
    caption: 'Images of each digit (row) that are taken for each digit (column)',
    columns: ['', ...digits],
    rows: counts.map((row, truth) => [`${truth}`, ...row.map(cell)]),
  };
}

function digitTable({ counts }: ImagesRead) {
  const rows = counts.map((row, truth) => {
    const images = row.reduce((sum, n) => sum + n, 0);
    const right = row[truth] ?? 0;
    const wrong = row.map((n, k) => (k === truth ? 0 : n));
    const most = Math.max(...wrong);
    const worst = most === 0 ? '' : `${wrong.indexOf(most)} (${most})`;
    return [`${truth}`, count(images), images === 0 ? '' : percent(right / images), count(images - right), worst];
  });
  return { caption: 'Each digit', columns: ['digit', 'images', 'read right', 'misread', 'most as'], rows };
}
