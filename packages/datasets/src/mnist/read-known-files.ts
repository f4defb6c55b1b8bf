import { forEachPart } from './for-each-part';
import type { KnownFile, MnistBytes, MnistPart } from './mnist-files';
import { NoFiles } from './no-files';
import { readKnown } from './read-known';

/** The four files out of a folder where each must have the content it is known by; `where` is what a person calls it. */
export function readKnownFiles(
  folder: string,
  files: Readonly<Record<MnistPart, KnownFile>>,
  note: (sentence: string) => void,
  where: string,
): Promise<MnistBytes> {
  return forEachPart(async (part) => {
    const found = await readKnown(folder, files[part], note);
    if (found === undefined) throw new NoFiles(`${where}: holds no whole ${files[part].name}`);
    return found;
  });
}
