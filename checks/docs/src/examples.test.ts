import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { afterAll, describe, expect, it } from 'vitest';
import { findExamples } from './find-examples';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const home = fileURLToPath(new URL('../examples/', import.meta.url));
mkdirSync(home, { recursive: true });
// Inside this package, so that an example finds what a user would have installed.
const folder = mkdtempSync(home);
afterAll(() => rmSync(folder, { recursive: true }));

const examples = findExamples(root).map((example) => ({
  ...example,
  file: join(folder, `${example.place.replace(/[^A-Za-z0-9]+/g, '-')}.mts`),
}));
for (const { file, code } of examples) writeFileSync(file, code);

const options: ts.CompilerOptions = {
  target: ts.ScriptTarget.ES2022,
  module: ts.ModuleKind.NodeNext,
  moduleResolution: ts.ModuleResolutionKind.NodeNext,
  strict: true,
  skipLibCheck: true,
  types: ['node'],
};

describe('the examples of the documentation', () => {
  it('exist in the README and in every package', () => {
    for (const page of [
      'README.md',
      ...['backends', 'cells', 'datasets', 'kernels', 'trainers', 'unroll'].map((name) => `packages/${name}/README.md`),
    ]) {
      expect(examples.filter(({ place }) => place.startsWith(`${page}:`)).length, page).toBeGreaterThan(0);
    }
  });

  it('compile as a user would compile them', () => {
    const program = ts.createProgram(
      examples.map(({ file }) => file),
      { ...options, noEmit: true },
    );
    const faults = ts.getPreEmitDiagnostics(program).map(({ file, messageText }) => {
      const place = examples.find((example) => example.file === file?.fileName)?.place;
      return `${place}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`;
    });
    expect(faults).toEqual([]);
  });

  it.each(examples)('$place runs to its end', async ({ file, code }) => {
    const script = file.replace(/\.mts$/, '.mjs');
    writeFileSync(script, ts.transpileModule(code, { compilerOptions: options, fileName: file }).outputText);
    await promisify(execFile)(process.execPath, [script], { cwd: folder, timeout: 60_000 });
  });
});
