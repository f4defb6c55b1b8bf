import { access, constants, mkdir, stat } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { writeWhole } from './write-whole';

/** A file that cannot be written. */
class ReportFileError extends Error {
  override readonly name = 'ReportFileError';

  constructor(
    readonly where: string,
    readonly expected: string,
    readonly got: string,
  ) {
    super(`${where}: expected ${expected}, got ${got}`);
  }
}

/** Throws where `file` cannot be written or has none of the `endings`, before a run is spent on it. */
export async function checkReportFile(flag: string, file: string, endings: readonly string[] = []): Promise<void> {
  if (endings.length > 0 && !endings.some((ending) => file.endsWith(ending))) {
    throw new ReportFileError(flag, `a file ending in ${endings.join(' or ')}`, file);
  }
  // The slash makes a file in the folder's place an error.
  const folder = `${dirname(resolve(file))}/`;
  const reason = await access(folder, constants.W_OK).then(
    () => undefined,
    (error: NodeJS.ErrnoException) => error.code ?? error.message,
  );
  if (reason !== undefined)
    throw new ReportFileError(flag, 'a file in a folder that can be written to', `${file} (${reason})`);
  const found = await stat(file).catch(() => undefined);
  if (found?.isDirectory()) throw new ReportFileError(flag, 'a file', `the folder ${file}`);
}

/** Makes the folder where it is not there yet; throws where it cannot be written to, before a run is spent on it. */
export async function makeReportFolder(flag: string, folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
    await access(folder, constants.W_OK);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    throw new ReportFileError(flag, 'a folder that can be written to', `${folder} (${code ?? message})`);
  }
}

/** Writes the report whole or not at all. */
export async function writeReport(file: string, report: unknown): Promise<void> {
  await writeWhole(file, `${JSON.stringify(report, null, 2)}\n`);
}
