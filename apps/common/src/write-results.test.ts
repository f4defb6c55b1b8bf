import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { checkResultFlags, type Results, writeResults } from './write-results';

const folder = mkdtempSync(join(tmpdir(), 'results-'));
afterAll(() => rmSync(folder, { recursive: true }));

const svg = '<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><rect width="4" height="2"/></svg>';

function results(said: string[], pictures: Results['pictures']): Results {
  return {
    ...{ app: 'sine', title: 'a title', facts: [['kernel', 'fast']], versions: { node: '20' }, report: { mse: 0.5 } },
    tables: [{ caption: 'Result', columns: ['measure', 'value'], rows: [['error', '0.5']] }],
    ...{ pictures, say: (line) => said.push(line) },
  };
}

it('writes the numbers, the pictures and the page with both, and says the latter two', async () => {
  const [json, pictures, report] = ['r.json', 'drawn', 'r.html'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  const said: string[] = [];
  const flags = { json, pictures, pictureFormat: 'svg', report } as const;
  await checkResultFlags(flags);
  const drawn = async () => [{ name: 'a', caption: 'A rectangle', svg }];
  await writeResults(flags, results(said, drawn));
  expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual({ mse: 0.5 });
  expect(readFileSync(join(pictures, 'a.svg'), 'utf8')).toContain('<rect');
  const page = readFileSync(report, 'utf8');
  for (const part of ['<h1>a title</h1>', '<dd>fast</dd>', '<rect', 'A rectangle', '<code>pnpm sine'])
    expect(page).toContain(part);
  expect(said).toEqual([`drawn in ${pictures}: a.svg`, expect.stringContaining(report)]);
});

it('draws nothing where no picture is wanted', async () => {
  const json = join(folder, 'alone.json');
  const drawn = () => Promise.reject(new Error('drawn'));
  await writeResults({ json, pictureFormat: 'svg' }, results([], drawn));
  expect(existsSync(json)).toBe(true);
});

it('refuses what cannot be written, before anything is', async () => {
  mkdirSync(join(folder, 'taken.json'));
  const pictureFormat = 'svg';
  await expect(checkResultFlags({ json: join(folder, 'taken.json'), pictureFormat })).rejects.toThrow(
    /^--json: expected a file, got the folder /,
  );
  await expect(checkResultFlags({ report: join(folder, 'r.htm'), pictureFormat })).rejects.toThrow(
    /^--report: expected a file ending in \.html, got /,
  );
  const within = join(folder, 'file', 'folder');
  writeFileSync(join(folder, 'file'), '');
  await expect(checkResultFlags({ pictures: within, pictureFormat })).rejects.toThrow(
    `--pictures: expected a folder that can be written to, got ${within} (ENOTDIR)`,
  );
});
