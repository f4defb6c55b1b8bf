import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { writePictures } from './write-pictures';

const folder = mkdtempSync(join(tmpdir(), 'pictures-'));
afterAll(() => rmSync(folder, { recursive: true }));

const svg = (color: string) =>
  `<svg xmlns="http://www.w3.org/2000/svg" width="4" height="2"><rect width="4" height="2" fill="${color}"/></svg>`;
const pictures = [
  { name: 'first', caption: 'The first.', svg: svg('red') },
  { name: 'second', caption: 'The second.', svg: svg('blue') },
];
const page = { title: 'T', command: 'pnpm mnist', facts: [], tables: [], versions: {}, report: { steps: 3 }, pictures };

it('each goes to a file of its name, and all to the page', async () => {
  const report = join(folder, 'report.html');
  const said = await writePictures({ pictures: folder, pictureFormat: 'svg', report }, page);
  expect(said).toEqual([`drawn in ${folder}: first.svg, second.svg`, `report   ${report}`]);
  expect(readdirSync(folder).sort()).toEqual(['first.svg', 'report.html', 'second.svg']);
  expect(readFileSync(join(folder, 'second.svg'), 'utf8')).toContain('fill="blue"');
  const html = readFileSync(report, 'utf8');
  for (const { caption } of pictures) expect(html).toContain(`<figcaption>${caption}</figcaption>`);
});

it('as PNG where that is asked for, and nothing where nothing is', async () => {
  expect(await writePictures({ pictures: folder, pictureFormat: 'png' }, page)).toEqual([
    `drawn in ${folder}: first.png, second.png`,
  ]);
  expect(readFileSync(join(folder, 'first.png')).toString('latin1', 1, 4)).toBe('PNG');
  expect(await writePictures({ pictureFormat: 'png' }, page)).toEqual([]);
});
