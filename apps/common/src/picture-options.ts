import { makeWritableFolder } from '@rnn/trainers/checkpoints';
import { type Command, Option } from 'commander';
import { checkReportFile } from './report-file';

/** What is drawn. */
export interface PictureFlags {
  /** The folder that pictures are written to. */
  readonly pictures?: string;
  readonly pictureFormat: 'svg' | 'png';
  /** The HTML page with all of them. */
  readonly report?: string;
}

/** Adds the flags. */
export function pictureOptions(command: Command): Command {
  return command
    .option('--pictures <folder>', 'draw there what came out')
    .addOption(new Option('--picture-format <format>', 'of --pictures').choices(['svg', 'png']).default('svg'))
    .option('--report <file>', 'write one HTML page with pictures, tables and numbers, which stands alone');
}

/** Whether anything is to be drawn. */
export const drawsPictures = ({ pictures, report }: PictureFlags): boolean =>
  pictures !== undefined || report !== undefined;

/** Throws where they cannot be written, before a run is spent on them; makes the folder. */
export async function checkPictureFlags({ pictures, report }: PictureFlags): Promise<void> {
  if (report !== undefined) await checkReportFile('--report', report, ['.html']);
  if (pictures !== undefined) await makeWritableFolder('--pictures', pictures);
}
