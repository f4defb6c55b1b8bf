import { join } from 'node:path';
import { commandLine } from './command-line';
import { checkPictureFlags, drawsPictures, type PictureFlags } from './picture-options';
import type { HtmlReport } from './pictures';
import { checkReportFile, writeReport } from './report-file';
import { writeWhole } from './write-whole';

/** Where the results of a command are written. */
export interface ResultFlags extends PictureFlags {
  readonly json?: string;
}

/** A picture, the name of its file without the ending, and what it shows. */
export interface NamedPicture {
  readonly name: string;
  readonly caption: string;
  readonly svg: string;
}

/** What a command came to. */
export interface Results extends Pick<HtmlReport, 'title' | 'facts' | 'tables' | 'versions' | 'report'> {
  readonly app: string;
  /** Called where they are wanted, since loading what draws takes a quarter of a second. */
  readonly pictures: () => Promise<readonly NamedPicture[]>;
  /** Is told what was written. */
  readonly say: (line: string) => void;
}

/** Throws where results cannot be written, before a run is spent on them. */
export async function checkResultFlags(flags: ResultFlags): Promise<void> {
  if (flags.json !== undefined) await checkReportFile('--json', flags.json);
  await checkPictureFlags(flags);
}

/** Writes what the flags ask for: the numbers, the pictures, the page with both. */
export async function writeResults(flags: ResultFlags, { app, pictures, say, ...page }: Results): Promise<void> {
  const { json, pictures: folder, pictureFormat, report } = flags;
  if (json !== undefined) await writeReport(json, page.report);
  if (!drawsPictures(flags)) return;
  const [drawn, { htmlReport, writePicture }] = await Promise.all([pictures(), import('./pictures')]);
  if (folder !== undefined) {
    const files = drawn.map(({ name }) => `${name}.${pictureFormat}`);
    for (const [k, { svg }] of drawn.entries()) await writePicture(join(folder, files[k] as string), svg);
    say(`drawn in ${folder}: ${files.join(', ')}`);
  }
  if (report !== undefined) {
    await writeWhole(report, htmlReport({ ...page, command: commandLine(app), pictures: drawn }));
    say(`report in ${report}`);
  }
}
