import { backendNames } from '@rnn/backends';
import { runApp, wordsOfUser } from 'app-common';
import { Command, Option } from 'commander';
import { compare } from './compare';
import { type TimingOptions, timeWorkload } from './time-workload';
import type { TimedWorkload } from './workload';

const whole = (text: string): number => Number.parseInt(text, 10);

const command = new Command('bench')
  .description(
    'Without flags: times this library beside its peers, in turn. With --json: times one workload and prints one line of JSON.',
  )
  .addOption(new Option('--cell <cell>', 'which recurrence').choices(['lstm', 'gru', 'rnn']).default('lstm'))
  .addOption(
    new Option('--mode <mode>', 'a training step, or the forward pass').choices(['train', 'infer']).default('train'),
  )
  .option('--batch <n>', 'sequences in a batch', whole, 128)
  .option('--time <n>', 'steps of a sequence', whole, 28)
  .option('--input <n>', 'inputs of a step', whole, 28)
  .option('--hidden <n>', 'units of a layer', whole, 128)
  .option('--layers <n>', 'layers', whole, 1)
  .addOption(new Option('--backend <name>', 'what computes').choices(['auto', ...backendNames]).default('auto'))
  .addOption(new Option('--kernel <mode>', 'which kernel').choices(['auto', 'fused', 'reference']).default('auto'))
  .option('--repeats <n>', 'blocks of steps', whole, 5)
  .option('--steps <n>', 'steps in a block', whole, 10)
  .option('--rounds <n>', 'turns of each contender, when comparing', whole, 5)
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
