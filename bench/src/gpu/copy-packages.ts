import { cpSync, existsSync, mkdirSync, readFileSync, realpathSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { ArgumentError } from '@rnn/cells';

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/**
 * Copies packages, as they are installed for `from`, with all that they need into `to/node_modules`, one folder each. Peers come along
 * where they are installed, but for those that `leftOut` matches; so do files, of which `keep` is asked by their path in the package.
 */
export function copyPackages(
  names: readonly string[],
  from: string,
  to: string,
  { leftOut, keep }: { readonly leftOut: RegExp; readonly keep: (name: string, path: string) => boolean },
): void {
  const copied = new Map<string, string>();
  const copy = (name: string, dependent: string, optional: boolean): void => {
    if (leftOut.test(name)) return;
    const folder = findPackage(name, dependent);
    if (folder === undefined) {
      if (optional) return;
      throw new ArgumentError('pack', `${name} to be installed for ${dependent}`, 'none', 'Run pnpm install.');
    }
    const before = copied.get(name);
    if (before === folder) return;
    if (before !== undefined) throw new ArgumentError('pack', `one ${name}`, `${before} and ${folder}`);
    copied.set(name, folder);
    const target = join(to, 'node_modules', name);
    mkdirSync(target, { recursive: true });
    cpSync(folder, target, {
      recursive: true,
      filter: (path) => {
        const within = path.slice(folder.length + 1);
        return !/^node_modules(\/|$)/.test(within) && keep(name, within);
      },
    });
    const { dependencies = {}, peerDependencies = {} } = manifestOf(folder);
    for (const needed of Object.keys(dependencies)) copy(needed, folder, false);
    for (const peer of Object.keys(peerDependencies)) copy(peer, folder, true);
  };
  for (const name of names) copy(name, from, false);
}

const manifestOf = (folder: string): Manifest => JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'));

/** The real folder of a package as the files in `dependent` find it. */
function findPackage(name: string, dependent: string): string | undefined {
  for (let folder = realpathSync(dependent); ; folder = dirname(folder)) {
    const place = join(folder, 'node_modules', name);
    if (basename(folder) !== 'node_modules' && existsSync(join(place, 'package.json'))) return realpathSync(place);
    if (folder === dirname(folder)) return undefined;
  }
}
