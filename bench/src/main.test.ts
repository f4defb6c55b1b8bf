import { fileURLToPath } from 'node:url';
import { runProgram } from 'app-common';
import { expect, it } from 'vitest';
import type { OwnTiming } from './time-workload';

const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const sizes = '--batch 2 --time 3 --input 4 --hidden 5 --repeats 2 --steps 2'.split(' ');
const small = ['--json', '--backend', 'cpu', ...sizes];

it.each([
  ['train', 'lstm', '1', []],
  ['train', 'gru', '2', []],
  ['infer', 'rnn', '1', []],
  ['train', 'gru', '1', ['--bidirectional']],
  ['infer', 'lstm', '1', ['--bidirectional']],
  ['train', 'lstm', '3', ['--bidirectional']],
  ['train', 'lstm', '2', ['--swap-memory']],
  ['train', 'lstm', '1', ['--kernel', 'reference']],
])('%s %s with %s layers, %j: one line of JSON with the keys of the peers', async (mode, cell, layers, more) => {
  const words = [...small, '--threads', '1', '--mode', mode, '--cell', cell, '--layers', layers, ...more];
  const { stdout, stderr, status } = await runProgram(main, words);
  expect(status, stderr).toBe(0);
  const timing = JSON.parse(stdout) as OwnTiming;
  // rnn_peers.py has these, in this order, and none of ours after them.
  expect(Object.keys(timing)).toEqual([
    ...['peer', 'cell', 'mode', 'batch', 'time', 'input', 'hidden', 'layers', 'bidirectional', 'threads', 'device'],
    ...['ms', 'ms_median', 'sequences_per_s'],
    ...['kernel', 'node', 'swap_memory', 'engine_bytes'],
  ]);
  expect(timing).toMatchObject({
    ...{ peer: '@rnn on cpu', cell, mode, batch: 2, time: 3, input: 4, hidden: 5, layers: Number(layers) },
    ...{ bidirectional: more.includes('--bidirectional'), swap_memory: more.includes('--swap-memory') },
    ...{ threads: 1, device: 'CPU, plain JavaScript, 1 thread', node: process.versions.node },
  });
  expect(timing.kernel).toContain(more.includes('reference') ? 'stock operations' : 'WebAssembly, 1 thread');
  expect(timing.ms).toBeGreaterThan(0);
  expect(timing.ms_median).toBeGreaterThanOrEqual(timing.ms);
  expect(timing.sequences_per_s).toBe(Math.round(2000 / timing.ms));
  if (!more.includes('reference')) expect(timing.engine_bytes).toBeGreaterThan(0);
});

it.each([
  ['a cell that is not known', ['--cell', 'nas'], "argument 'nas' is invalid"],
  ['part of a batch', ['--batch', '1.5'], "argument '1.5' is invalid. It must be an integer."],
  ['a word for a number', ['--time', 'x'], "argument 'x' is invalid. It must be an integer."],
  ['no steps', ['--steps', '0'], "argument '0' is invalid. It must be at least 1."],
  [
    'swapMemory without gradients',
    ['--json', '--swap-memory', '--mode', 'infer'],
    'bench: expected --mode train with --swap-memory, got infer.',
  ],
  ['a text in no title', ['--only', 'webgpu'], "bench: expected part of a title after --only, got 'webgpu'."],
])('%s ends with a sentence and status 2', async (_, words, sentence) => {
  const { status, stderr } = await runProgram(main, words);
  expect(stderr).toContain(sentence);
  expect(status).toBe(2);
});

it('says where it looked for the peers where they are not', async () => {
  const { status, stderr } = await runProgram(main, [], { PEERS_DIR: '/nowhere' });
  expect(stderr.trim()).toBe(
    "bench: expected the peers' scripts in /nowhere, got none. Name their folder in PEERS_DIR.",
  );
  expect(status).toBe(2);
});
