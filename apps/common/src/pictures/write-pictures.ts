import { join } from 'node:path';
import { hangingLines } from '../hanging-lines';
import type { PictureFlags } from '../picture-options';
import { writeWhole } from '../write-whole';
import { type HtmlReport, htmlReport, type ReportPicture } from './html-report';
import { writePicture } from './write-picture';

export interface NamedPicture extends ReportPicture {
  /** Of its file, without the ending. */
  readonly name: string;
}

/** A page whose pictures have names. */
type Page = Omit<HtmlReport, 'pictures'> & { readonly pictures: readonly NamedPicture[] };

/** Writes the pictures where `--pictures` says, and the page with all of them where `--report` says; gives what to say of it. */
export async function writePictures(flags: PictureFlags, page: Page): Promise<string[]> {
  const { pictures: folder, pictureFormat, report } = flags;
  const said: string[] = [];
  if (folder !== undefined) {
    const names = page.pictures.map(({ name }) => `${name}.${pictureFormat}`);
    for (const [i, { svg }] of page.pictures.entries()) await writePicture(join(folder, names[i] as string), svg);
    said.push(...hangingLines('drawn in ', `${folder}: ${names.join(', ')}`));
  }
  if (report !== undefined) {
    await writeWhole(report, htmlReport(page));
    said.push(`report   ${report}`);
  }
  return said;
}
