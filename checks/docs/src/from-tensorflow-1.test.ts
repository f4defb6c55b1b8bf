import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
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
