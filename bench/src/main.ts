import { availableParallelism } from 'node:os';
import { backendNames } from '@rnn/backends';
import { positiveInteger, runApp, wordsOfUser } from 'app-common';
import { Command, Option } from 'commander';
import { type BenchOptions, bench } from './bench';
import { type TimingOptions, timeWorkload } from './time-workload';
import type { TimedWorkload } from './workload';

const count = positiveInteger();

const command = new Command('bench')
  .description(
    'Times this library beside its peers, in turn, and prints a table. With --json: times one workload and prints one line of JSON.',
  )
  .option('--rounds <n>', 'turns of each contender', count, 5)
  .option('--only <text>', 'only the comparisons with this text in their titles')
  .option('--json', 'time one workload, which the flags below describe', false)
  .addOption(new Option('--cell <cell>', 'which recurrence').choices(['lstm', 'gru', 'rnn']).default('lstm'))
  .addOption(
    new Option('--mode <mode>', 'a training step, or the forward pass').choices(['train', 'infer']).default('train'),
  )
  .option('--batch <n>', 'sequences in a batch', count, 128)
  .option('--time <n>', 'steps of a sequence', count, 28)
  .option('--input <n>', 'inputs of a step', count, 28)
  .option('--hidden <n>', 'units of a layer', count, 128)
  .option('--layers <n>', 'layers', count, 1)
  .option('--bidirectional', 'a second cell in each layer runs backward', false)
  .option('--threads <n>', 'threads of the engine', count, availableParallelism())
  .option('--tiny', 'no size of the table above 4, to try it out', false)
  .addOption(
    new Option('--peer-device <name>', 'where the peers in Python compute').choices(['cpu', 'cuda']).default('cpu'),
  )
  .addOption(
    new Option('--backend <name>', 'what computes; auto is wasm for the table')
      .choices(['auto', ...backendNames])
      .default('auto'),
  )
  .addOption(new Option('--kernel <mode>', 'which kernel').choices(['auto', 'fused', 'reference']).default('auto'))
  .option('--swap-memory', 'keep few states for the backward pass, compute the others again', false)
  .option('--repeats <n>', 'blocks of steps', count, 5)
  .option('--steps <n>', 'steps in a block', count, 10)
  .exitOverride();

interface Flags extends TimedWorkload, TimingOptions, Omit<BenchOptions, 'backend'> {
  readonly json: boolean;
}

process.exitCode = await runApp(async () => {
  command.parse(wordsOfUser(), { from: 'user' });
  const { rounds, only, json, tiny, peerDevice, backend, ...flags } = command.opts<Flags>();
  if (!json) return bench({ rounds, only, tiny, peerDevice, backend: backend === 'auto' ? 'wasm' : backend });
  const { kernel, threads, swapMemory, repeats, steps, ...workload } = flags;
  console.log(JSON.stringify(await timeWorkload(workload, { backend, kernel, threads, swapMemory, repeats, steps })));
});
