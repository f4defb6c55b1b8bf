import { requireFrom } from './require-from';

/** The folder of an optional package as installed beside this one; nothing where it is not installed. Loads nothing of it. */
export function findPackage(name: string): string | undefined {
  try {
    return process.getBuiltinModule('node:path').dirname(requireFrom(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
