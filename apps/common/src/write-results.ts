import { commandLine } from './command-line';
import { checkPictureFlags, drawsPictures, type PictureFlags } from './picture-options';
import type { HtmlReport, NamedPicture } from './pictures';
import { checkReportFile, writeReport } from './report-file';

/** Where the results of a command are written. */
export interface ResultFlags extends PictureFlags {
  readonly json?: string;
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
  if (flags.json !== undefined) await writeReport(flags.json, page.report);
  if (!drawsPictures(flags)) return;
  const [drawn, { writePictures }] = await Promise.all([pictures(), import('./pictures')]);
  const written = await writePictures(flags, { ...page, command: commandLine(app), pictures: drawn });
  for (const line of written) say(line);
}
