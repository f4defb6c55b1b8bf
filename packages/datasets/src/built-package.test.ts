import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const folder = fileURLToPath(new URL('../dist', import.meta.url));

test('its classes keep their names', async () => {
  const { Dataset, DatasetError, valuesColumn }: typeof import('./index') = await import(join(folder, 'index.js'));
  const column = valuesColumn(Float32Array.of(1, 2), []);
  expect(column.constructor.name).toBe('ValuesColumn');
  expect(new Dataset(column, column).take(1).constructor.name).toBe('Dataset');
  expect(DatasetError.name).toBe('DatasetError');
});

test.each(['.js', '.cjs'])('none of its %s files renames a class', (ending) => {
  const files = readdirSync(folder).filter((file) => file.endsWith(ending));
  const classes = files.flatMap((file) =>
    [...readFileSync(join(folder, file), 'utf8').matchAll(/\bclass (\w+)|(\w+) = class\b/g)].map(
      ([, declared, assigned]) => declared ?? assigned,
    ),
  );
  expect(classes).toContain('PixelColumn');
  expect(classes.filter((name) => name?.startsWith('_'))).toEqual([]);
});
