import { randomUUID } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What a file that is being written is called: its name and this after it. */
export const partEnding = /\.[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}\.part$/;

/** Such a name, which no other write has. */
export const partOf = (file: string): string => `${file}.${randomUUID()}.part`;

/** No write pauses for so long: what was not written to since belongs to a run that was killed. */
const oldMs = 60 * 60 * 1000;

/**
 * Deletes from a folder what killed runs left half written there, whatever file it was to be. What another run is writing now stays; so does what
 * cannot be deleted, since nothing depends on it.
 */
export async function sweepParts(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) if (partEnding.test(name)) await sweepPart(join(folder, name)).catch(() => {});
}

async function sweepPart(part: string): Promise<void> {
  const { mtimeMs } = await stat(part);
  if (Date.now() - mtimeMs > oldMs) await rm(part);
}
