import { existsSync, lstatSync } from 'node:fs';
import { rename, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { makeFolder } from './make-folder';

/** Where tfjs-node-gpu looks for its binding. */
export const bindingOf = (nodePackage: string): string => join(nodePackage, 'lib/napi-v8/tfjs_binding.node');

/** Where the binding from before is kept aside while another is tried. */
export const bindingBefore = (nodePackage: string): string => `${bindingOf(nodePackage)}.before`;

/** Whether something is at a path, be it a link to nothing. */
export const isThere = (path: string): boolean => lstatSync(path, { throwIfNoEntry: false }) !== undefined;

/** Makes the package load that binding. What was there before is kept aside, and `undo` puts it back; `keep` lets go of it. */
export async function linkBinding(nodePackage: string, target: string | undefined) {
  const link = bindingOf(nodePackage);
  const before = bindingBefore(nodePackage);
  await makeFolder(dirname(link));
  // Where something is aside already, an earlier attempt was killed: what it linked was never tried to the end.
  if (isThere(before)) await rm(link, { force: true });
  else if (isThere(link)) await rename(link, before);
  if (target !== undefined) await symlink(target, link);
  return {
    async undo(): Promise<void> {
      await rm(link, { force: true });
      if (isThere(before)) await rename(before, link);
    },
    keep: (): Promise<void> => rm(before, { force: true }),
  };
}

/** Whether the package has a binding that can be loaded, as far as its files tell. */
export const hasBinding = (nodePackage: string): boolean => existsSync(bindingOf(nodePackage));
