import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

/** What a module imports when it is loaded: neither types nor `import()`. */
function staticImports(file: string): string[] {
  const statements = readFileSync(file, 'utf8').matchAll(/^(?:import|export) (?!type )[^;]*?from '([^']+)';/gm);
  return [...statements].map(([, specifier]) => specifier as string);
}

test('loads nothing of Node, so that a browser can have parseIdx, Dataset and sine', () => {
  const files = new Set([join(dirname(fileURLToPath(import.meta.url)), 'index.ts')]);
  const packages = new Set<string>();
  for (const file of files) {
    for (const specifier of staticImports(file)) {
      if (specifier.startsWith('.')) files.add(`${join(dirname(file), specifier)}.ts`);
      else packages.add(specifier);
    }
  }
  expect([...files].some((file) => file.endsWith('mnist.ts'))).toBe(true);
  expect([...packages].map((specifier) => specifier.split('/')[0])).toEqual(Array(4).fill('pure-rand'));
});
