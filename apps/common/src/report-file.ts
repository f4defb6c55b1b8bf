import { stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { ArgumentError } from '@rnn/cells';
import { makeWritableFolder } from '@rnn/trainers/checkpoints';
import { writeWhole } from './write-whole';

/** Makes the folder of a file, and throws where the file cannot be written or has none of the `endings`, before a run is spent on it. */
export async function checkReportFile(flag: string, file: string, endings: readonly string[] = []): Promise<void> {
  if (endings.length > 0 && !endings.some((ending) => file.endsWith(ending)))
    throw new ArgumentError(flag, `a file ending in ${endings.join(' or ')}`, file);
  await makeWritableFolder(flag, dirname(file));
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new ArgumentError(flag, 'a file', `the folder ${file}`);
}

/** Writes the report whole or not at all. */
export async function writeReport(file: string, report: unknown): Promise<void> {
  await writeWhole(file, `${JSON.stringify(report, null, 2)}\n`);
}
