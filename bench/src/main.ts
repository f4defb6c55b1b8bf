import { backendNames } from '@rnn/backends';
import { positiveInteger, runApp, wordsOfUser } from 'app-common';
import { Command, Option } from 'commander';
import { compare } from './compare';
import { type TimingOptions, timeWorkload } from './time-workload';
import type { TimedWorkload } from './workload';

const count = positiveInteger();

const command = new Command('bench')
  .description(
    'Without flags: times this library beside its peers, in turn. With --json: times one workload and prints one line of JSON.',
  )
  .addOption(new Option('--cell <cell>', 'which recurrence').choices(['lstm', 'gru', 'rnn']).default('lstm'))
  .addOption(
    new Option('--mode <mode>', 'a training step, or the forward pass').choices(['train', 'infer']).default('train'),
  )
  .option('--batch <n>', 'sequences in a batch', count, 128)
  .option('--time <n>', 'steps of a sequence', count, 28)
  .option('--input <n>', 'inputs of a step', count, 28)
  .option('--hidden <n>', 'units of a layer', count, 128)
  .option('--layers <n>', 'layers', count, 1)
  .addOption(new Option('--backend <name>', 'what computes').choices(['auto', ...backendNames]).default('auto'))
  .addOption(new Option('--kernel <mode>', 'which kernel').choices(['auto', 'fused', 'reference']).default('auto'))
  .option('--repeats <n>', 'blocks of steps', count, 5)
  .option('--steps <n>', 'steps in a block', count, 10)
  .option('--rounds <n>', 'turns of each contender, when comparing', count, 5)
  .option('--json', 'time one workload', false)
  .exitOverride();

interface Flags extends TimedWorkload, TimingOptions {
  readonly rounds: number;
  readonly json: boolean;
}

process.exitCode = await runApp(async () => {
  command.parse(wordsOfUser(), { from: 'user' });
  const { rounds, json, backend, kernel, repeats, steps, ...workload } = command.opts<Flags>();
  if (json) console.log(JSON.stringify(await timeWorkload(workload, { backend, kernel, repeats, steps })));
  else console.log(await compare(rounds));
});
