import '@tensorflow/tfjs-backend-cpu';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { LSTMCell, MultiRNNCell } from '@rnn/cells';
import {
  bidirectionalDynamicRnn,
  dynamicRnn,
  stackBidirectionalDynamicRnn,
  stackBidirectionalRnn,
  staticBidirectionalRnn,
  staticRnn,
} from '@rnn/unroll';
import { ones, type Rank, type Tensor, tidy, unstack } from '@tensorflow/tfjs-core';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { declaredParameters } from './declared-parameters';
import { codeOf, namesRows } from './names-tables';
import { tensorflow1Signatures } from './tensorflow-1-signatures';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const page = readFileSync(join(root, 'docs/from-tensorflow-1.md'), 'utf8');
const rows = namesRows(page);
const recurrent = rows.filter(({ head }) => head === 'TensorFlow 1');

const packages = ['backends', 'cells', 'datasets', 'kernels', 'trainers', 'unroll'];
const home = fileURLToPath(new URL('../examples/', import.meta.url));
mkdirSync(home, { recursive: true });
// Inside this package, so that it sees what a user of the packages sees.
const folder = mkdtempSync(home);
afterAll(() => rmSync(folder, { recursive: true }));
const file = join(folder, 'every-package.mts');
writeFileSync(file, packages.map((name) => `import * as ${name} from '@rnn/${name}';\n`).join(''));
const program = ts.createProgram([file], {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
});
const declared = declaredParameters(program, file);
const exportsOf = async (name: string) => Object.entries((await import(`@rnn/${name}`)) as Record<string, unknown>);

const camelCase = (name: string): string => name.replace(/_(\w)/g, (_, letter: string) => letter.toUpperCase());

describe('the names of the page From TensorFlow 1', () => {
  it('are those of every recurrent name of TensorFlow 1, once each', () => {
    expect(recurrent.flatMap(({ theirs }) => theirs).sort()).toEqual(Object.keys(tensorflow1Signatures).sort());
  });

  it('stand beside exports of our packages', () => {
    expect(declared.size).toBeGreaterThan(100);
    const ours = rows.flatMap((row) => row.ours);
    expect(ours.filter((name) => !declared.has(name))).toEqual([]);
  });

  it('hold each cell, wrapper and runner of ours', async () => {
    const isCell = ([name, value]: [string, unknown]) => typeof value === 'function' && /(Cell|Wrapper)$/.test(name);
    const cells = (await exportsOf('cells')).filter(isCell);
    const runners = (await exportsOf('unroll')).filter(([name]) => /^[a-z]/.test(name));
    expect(cells.length).toBeGreaterThan(20);
    expect(runners.length).toBeGreaterThan(6);
    const listed = new Set(rows.flatMap((row) => row.ours));
    expect([...cells, ...runners].map(([name]) => name).filter((name) => !listed.has(name))).toEqual([]);
  });

  const forAllRows = ['name', 'dtype', 'reuse', 'scope'];

  it.each(recurrent.filter(({ ours }) => ours.length > 0))('$theirs: an argument that is not here is said', (row) => {
    const here = new Set(row.ours.flatMap((name) => [...(declared.get(name) ?? [])]));
    const said = codeOf(row.differs);
    const missing = row.theirs
      .flatMap((name) => tensorflow1Signatures[name]?.split(' ') ?? [])
      .filter((argument) => argument !== '' && !forAllRows.includes(argument))
      .filter((argument) => !here.has(camelCase(argument)) && !said.includes(argument));
    expect(missing).toEqual([]);
  });

  it('are not said to be missing where they are there', () => {
    const needless = recurrent.flatMap(({ theirs, ours, differs }) => {
      const here = new Set(ours.flatMap((name) => [...(declared.get(name) ?? [])]));
      const gone = /\bno(?: longer)? `(\w+)`/gi;
      const named = [...differs.matchAll(gone)].map(([, argument]) => argument as string);
      return named.filter((argument) => here.has(camelCase(argument))).map((argument) => `${theirs}: ${argument}`);
    });
    expect(needless).toEqual([]);
  });
});

describe('the names of weights on the page From TensorFlow 1', () => {
  const x = ones<Rank.R3>([2, 3, 4]);
  const steps: Tensor[] = unstack(x, 1);
  const bw = () => new LSTMCell(2);
  const layers = (cell: LSTMCell) => new MultiRNNCell([cell, new LSTMCell(3)]);

  it.each<[string, (cell: LSTMCell) => unknown]>([
    ['called by hand', (cell) => cell.call(ones([2, 4]), cell.zeroState(2))],
    ['`staticRnn`', (cell) => staticRnn(cell, steps)],
    ['`dynamicRnn`', (cell) => dynamicRnn(cell, x)],
    ['`MultiRNNCell`', (cell) => dynamicRnn(layers(cell), x)],
    ['`MultiRNNCell`', (cell) => staticRnn(layers(cell), steps)],
    ['`staticBidirectionalRnn`', (cell) => staticBidirectionalRnn(cell, bw(), steps)],
    ['`bidirectionalDynamicRnn`', (cell) => bidirectionalDynamicRnn(cell, bw(), x)],
    ['`stackBidirectionalRnn`', (cell) => stackBidirectionalRnn([cell], [bw()], steps)],
    ['`stackBidirectionalDynamicRnn`', (cell) => stackBidirectionalDynamicRnn([cell], [bw()], x)],
  ])('%s: what the table says', (runner, run) => {
    const cell = new LSTMCell(2);
    tidy(() => void run(cell));
    const [kernel] = [...cell.variables.keys()];
    const table = page.slice(page.indexOf('| runner | a weight of it |'));
    const row = table.split('\n').find((line) => line.split('|')[1]?.includes(runner));
    expect(codeOf(row?.split('|')[2] ?? '')[0]).toBe(kernel);
  });
});
