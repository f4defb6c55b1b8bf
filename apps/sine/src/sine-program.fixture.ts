import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runProgram, type TrainingReport } from 'app-common';
import { afterAll, expect } from 'vitest';

/** The built program. */
export const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'sine-'));
/** A place in a folder that goes when the tests of the file are over. */
export const scratch = (name: string): string => join(folder, name);
afterAll(() => rmSync(folder, { recursive: true }));

/** What `--json` writes. */
export async function report(...words: string[]): Promise<TrainingReport> {
  const json = join(folder, `report-${Math.random()}.json`);
  const { status, stdout, stderr } = await runProgram(main, ['--quiet', '--json', json, ...words]);
  expect({ status, stdout, stderr }).toEqual({ status: 0, stdout: '', stderr: '' });
  return JSON.parse(readFileSync(json, 'utf8')) as TrainingReport;
}
