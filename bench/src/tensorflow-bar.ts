import { availableBackends } from '@rnn/backends';
import { positiveInteger, runApp, wordsOfUser } from 'app-common';
import { Command } from 'commander';
import { compare } from './compare';
import { comparisonTable, missedBars } from './comparison-table';
import { type Comparison, comparisonsOn, tiny } from './comparisons';
import { ownContender, tfLayers } from './contenders';
import { machineLines } from './machine-lines';
import { timeContender } from './time-contender';

const command = new Command('tensorflow-bar')
  .description(
    "Times a training step on TensorFlow's native library beside tf.layers, and fails where the bar is missed.",
  )
  .option('--rounds <n>', 'turns of each', positiveInteger(), 5)
  .option('--tiny', 'no size above 4, and no bar, to try it out', false)
  .exitOverride();

process.exitCode = await runApp(async () => {
  const options = command
    .parse(wordsOfUser(), { from: 'user' })
    .opts<{ readonly rounds: number; readonly tiny: boolean }>();
  const backend = 'tensorflow';
  const presence = (await availableBackends()).find(({ name }) => name === backend);
  if (presence?.present === false) return console.log(`skipped: ${presence.reason}. ${presence.remedy}`);
  const row = comparisonsOn(backend).find(({ bars }) => bars?.['tf.layers'] !== undefined) as Comparison;
  const comparison = options.tiny ? tiny(row) : row;
  // Of 256 bits, where the bar is; Node 20 has 128, and stands in the table to compare.
  const fast = ownContender(backend, { name: '@rnn, current Node', currentNode: true });
  const contenders = [fast, ownContender(backend, { name: '@rnn' }), tfLayers(backend)].filter(
    (one) => one !== undefined,
  );
  const entries = await compare(comparison.workload, contenders, {
    ...{ rounds: options.rounds, time: timeContender, progress: console.error },
  });
  console.log([...machineLines(), '', comparisonTable([{ comparison, entries }])].join('\n'));
  const held = entries.filter(({ contender }) => contender === contenders[0] || !contender.ours);
  const missed = missedBars(comparison, held);
  if (missed.length > 0) throw new Error(`tensorflow-bar: ${missed.join('\n')}`);
});
