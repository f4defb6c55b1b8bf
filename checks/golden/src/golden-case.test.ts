import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { readGoldenCases } from './golden-case';

it('a folder without golden files is an error that names it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'golden-'));
  expect(() => readGoldenCases(folder)).toThrow(
    `golden: expected JSON files in ${folder}, got none. Name their folder in GOLDEN_DIR.`,
  );
  rmSync(folder, { recursive: true });
});
