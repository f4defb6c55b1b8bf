import { fileURLToPath } from 'node:url';
import * as cells from '@rnn/cells';
import * as unroll from '@rnn/unroll';
import { build } from 'esbuild';
import { describe, expect, test } from 'vitest';

/** What a bundler makes of one imported name, without TensorFlow.js; unless `minifyIdentifiers` all names are as they were. */
async function bundleOf(name: string, from: string, minifyIdentifiers = false): Promise<string> {
  const result = await build({
    stdin: { contents: `export { ${name} } from '${from}';`, resolveDir: fileURLToPath(new URL('.', import.meta.url)) },
    bundle: true,
    minifySyntax: true,
    minifyWhitespace: true,
    minifyIdentifiers,
    format: 'esm',
    platform: 'browser',
    target: 'es2022',
    external: ['@tensorflow/tfjs-core'],
    write: false,
  });
  return result.outputFiles[0]?.text ?? '';
}

type Class = { readonly prototype: object };
const exported: readonly [name: string, value: unknown][] = Object.entries(cells);
const isCell = (value: unknown): value is Class =>
  typeof value === 'function' && typeof value.prototype?.call === 'function';
const everyCell = exported.filter((entry): entry is [string, Class] => isCell(entry[1]));

/** The exported cells whose classes are in a bundle; errors may name others. */
const cellsIn = (bundle: string): string[] =>
  everyCell.map(([name]) => name).filter((name) => new RegExp(`\\bclass ${name}\\b|\\b${name}=class\\b`).test(bundle));

/** A cell and the exported cells that it extends. */
const familyOf = (cell: Class): string[] =>
  everyCell
    .filter(
      ([, { prototype }]) =>
        prototype === cell.prototype || Object.prototype.isPrototypeOf.call(prototype, cell.prototype),
    )
    .map(([name]) => name);

describe('a bundle of one cell', () => {
  test.each(everyCell)('%s holds no other cell', async (name, cell) => {
    expect(cellsIn(await bundleOf(name, '@rnn/cells')).sort()).toEqual(familyOf(cell).sort());
  });

  test.each([
    ['BasicLSTMCell', 12_000],
    ['DropoutWrapper', 10_000],
    ['LSTMStateTuple', 1_000],
  ])('%s takes less than %i bytes', async (name, limit) => {
    const { length } = await bundleOf(name, '@rnn/cells', true);
    expect(length).toBeGreaterThan(100);
    expect(length).toBeLessThan(limit);
  });

  test('what is looked for would be found: all cells are in the bundle of all', async () => {
    const all = everyCell.map(([name]) => name);
    expect(cellsIn(await bundleOf(all.join(', '), '@rnn/cells'))).toEqual(all);
  });
});

test('a bundle of dynamicRnn holds its engine, no other runner, and no cell but MultiRNNCell, whose layers it looks into', async () => {
  const bundle = await bundleOf('dynamicRnn', '@rnn/unroll');
  expect(cellsIn(bundle)).toEqual(['MultiRNNCell']);
  const others = Object.keys(unroll).filter((name) => name !== 'dynamicRnn' && /Rnn$/.test(name));
  expect(others.length).toBeGreaterThan(3);
  for (const name of others) expect(bundle).not.toMatch(new RegExp(`\\b${name}\\b`));
  expect((await bundleOf('dynamicRnn', '@rnn/unroll', true)).length).toBeLessThan(224_000);
});
