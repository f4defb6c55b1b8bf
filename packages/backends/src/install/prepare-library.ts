import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { compileBinding, findCompiler } from './compile-binding';
import { isCudaLibrary, openedByName, readCudaRequirements } from './cuda-libraries';
import { installFailure } from './install-failure';
import { makingFolder } from './making-folder';
import { pipDownload } from './pip-download';
import type { Place } from './place';
import { neededFiles, tensorflowVersion, wheelName } from './tensorflow-wheel';
import { unpackWheel } from './unpack-wheel';

export interface LibraryOptions {
  /** A wheel at hand; or else pip downloads one. */
  readonly wheel?: string | undefined;
  /** The wheel that computes on CUDA GPUs, with CUDA's libraries. */
  readonly cuda: boolean;
}

/** Where the cache keeps a library: `tensorflow_cpu-2.21.0`, or of one with CUDA's libraries `tensorflow-2.21.0-cuda`. */
export function libraryFolder(cache: string, { wheel, cuda }: LibraryOptions): string {
  const name = wheel === undefined ? `tensorflow${cuda ? '' : '_cpu'}-${tensorflowVersion}` : wheelName(wheel);
  if (!name)
    throw installFailure('a wheel of tensorflow or tensorflow-cpu', `${wheel}`, 'Keep the name that pip gives it.');
  return join(cache, cuda ? `${name}-cuda` : name);
}

/**
 * Makes `home`, a folder with TensorFlow's library and the binding `binding` in it. It is made beside and moved into its place when all is
 * there: whatever fails, or is interrupted, leaves nothing.
 */
export async function prepareLibrary(
  home: string,
  binding: string,
  { wheel, cuda }: LibraryOptions,
  { cache, nodePackage, say }: Place & { readonly nodePackage: string },
  interrupted: AbortSignal,
): Promise<void> {
  const compiler = await findCompiler();
  const folder = await makingFolder(cache);
  const download = join(folder, 'download');
  try {
    const taken = await unpack(
      wheel ?? (await fetchWheel(cuda, folder, download, say, interrupted)),
      folder,
      say,
      interrupted,
    );
    const libraries = cuda ? await fetchCuda(taken, folder, download, say, interrupted) : [];
    say('Compiling the binding');
    await compileBinding({ compiler, nodePackage, folder, home, libraries }, join(folder, binding), interrupted);
    await rm(download, { recursive: true, force: true });
    await rm(home, { recursive: true, force: true });
    await rename(folder, home);
  } finally {
    if (existsSync(folder)) await rm(folder, { recursive: true });
  }
}

async function fetchWheel(
  cuda: boolean,
  folder: string,
  download: string,
  say: Place['say'],
  interrupted: AbortSignal,
): Promise<string> {
  const requirement = `tensorflow${cuda ? '' : '-cpu'}==${tensorflowVersion}`;
  say(`Downloading ${requirement} with pip`);
  return (await pipDownload([requirement], download, folder, interrupted))[0] as string;
}

const isMetadata = (path: string): boolean => /^tensorflow[^/]*\.dist-info\/METADATA$/.test(path);

async function unpack(
  wheel: string,
  folder: string,
  say: Place['say'],
  interrupted: AbortSignal,
): Promise<readonly string[]> {
  say(`Taking TensorFlow's library out of ${wheel.split('/').pop()}`);
  const taken = await unpackWheel(wheel, folder, (path) => neededFiles.includes(path) || isMetadata(path), interrupted);
  const missing = neededFiles.filter((path) => !taken.includes(path));
  if (missing.length > 0) {
    throw installFailure(
      `${missing[0]} in ${wheel}`,
      'none',
      `Take the wheel of TensorFlow ${tensorflowVersion} for Linux.`,
    );
  }
  return taken;
}

/** Puts CUDA's libraries beside TensorFlow's; gives those to link with. */
async function fetchCuda(
  taken: readonly string[],
  folder: string,
  download: string,
  say: Place['say'],
  interrupted: AbortSignal,
): Promise<readonly string[]> {
  const metadata = taken.find(isMetadata);
  const requirements = metadata ? await readCudaRequirements(folder, metadata) : [];
  if (requirements.length === 0) {
    throw installFailure("a wheel that names CUDA's packages", 'one that names none', 'Leave --wheel out, or --cuda.');
  }
  say(`Downloading ${requirements.length} packages of CUDA with pip`);
  const wheels = join(download, 'cuda');
  const libraries: string[] = [];
  for (const wheel of await pipDownload(requirements, wheels, folder, interrupted)) {
    libraries.push(...(await unpackWheel(wheel, folder, isCudaLibrary, interrupted)));
  }
  return libraries.filter(openedByName);
}
