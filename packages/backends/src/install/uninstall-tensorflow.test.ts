import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { bindingBefore, bindingOf, linkBinding } from './link-binding';
import { libraryFolder } from './prepare-library';
import { uninstallTensorflow } from './uninstall-tensorflow';

let home: string;
let nodePackage: string;
let cache: string;

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'uninstall-'));
  nodePackage = join(home, 'node_modules/@tensorflow/tfjs-node-gpu');
  cache = join(home, 'cache');
});

afterEach(() => {
  rmSync(home, { recursive: true });
});

function write(file: string, text: string): string {
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** As install leaves it: a library in the cache, to whose binding the package has a link. Gives the library's folder. */
async function installed(cuda = false): Promise<string> {
  const library = libraryFolder(cache, { cuda, wheel: undefined });
  const { keep } = await linkBinding(nodePackage, write(join(library, 'tfjs_binding-4.0.1.node'), 'a binding'));
  await keep();
  return library;
}

describe('uninstall tensorflow', () => {
  it.each([false, true])(
    'takes the link and the libraries away, and nothing else in the cache; with CUDA: %s',
    async (cuda) => {
      const library = await installed(cuda);
      write(join(cache, 'notes'), 'mine');
      expect(await uninstallTensorflow({ nodePackage, cache })).toEqual([bindingOf(nodePackage), library]);
      expect(readdirSync(cache)).toEqual(['notes']);
      expect(readdirSync(dirname(bindingOf(nodePackage)))).toEqual([]);
    },
  );

  it('takes away what an install that was killed left: what it made, and the binding from before that it kept aside', async () => {
    const binding = write(bindingOf(nodePackage), 'never tried to the end');
    const before = write(bindingBefore(nodePackage), 'the one before');
    const making = dirname(write(join(cache, `making-${hostname()}-1-aBcDeF`, 'part.whl'), 'half a wheel'));
    expect(await uninstallTensorflow({ nodePackage, cache })).toEqual([binding, before, making]);
    expect([...readdirSync(dirname(binding)), ...readdirSync(cache)]).toEqual([]);
  });

  it('takes away a link to a library that is gone', async () => {
    await installed();
    rmSync(cache, { recursive: true });
    expect(await uninstallTensorflow({ nodePackage, cache })).toEqual([bindingOf(nodePackage)]);
  });

  it('has nothing to remove where nothing is installed', async () => {
    expect(await uninstallTensorflow({ nodePackage: undefined, cache })).toEqual([]);
  });
});
