import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { bindingBefore, bindingOf, isThere } from './link-binding';
import type { Place } from './place';

/** Takes the package's binding and every library in the cache away, with what an install that was killed left of them; gives what it removed. */
export async function uninstallTensorflow({
  nodePackage,
  cache,
}: Pick<Place, 'nodePackage' | 'cache'>): Promise<string[]> {
  const removed: string[] = [];
  const remove = async (path: string) => {
    await rm(path, { recursive: true });
    removed.push(path);
  };
  const bindings = nodePackage ? [bindingOf(nodePackage), bindingBefore(nodePackage)] : [];
  for (const binding of bindings) if (isThere(binding)) await remove(binding);
  const names = isThere(cache) ? await readdir(cache) : [];
  for (const name of names) if (/^(tensorflow|making-)/.test(name)) await remove(join(cache, name));
  return removed;
}
