import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A program out of the documentation. */
export interface Example {
  /** Where it stands: `packages/cells/README.md:31`. */
  readonly place: string;
  readonly code: string;
}

/** Every ```ts block of the READMEs, of `docs/` and of the docstrings of the packages below `root`. Each is a whole program. */
export function findExamples(root: string): Example[] {
  const packages = readdirSync(join(root, 'packages')).map((name) => `packages/${name}`);
  const pages = ['README.md', ...packages.map((folder) => `${folder}/README.md`), ...filesBelow(root, 'docs', '.md')];
  const sources = packages.flatMap((folder) => filesBelow(root, `${folder}/src`, '.ts'));
  return [...pages.flatMap((page) => blocks(root, page)), ...sources.flatMap((source) => blocks(root, source))];
}

function filesBelow(root: string, folder: string, ending: string): string[] {
  if (!existsSync(join(root, folder))) return [];
  const names = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' });
  return names.filter((name) => name.endsWith(ending)).map((name) => `${folder}/${name}`);
}

/** The ```ts blocks of a Markdown page, or of docstrings, whose lines begin with ` * `. */
function blocks(root: string, file: string): Example[] {
  const lines = readFileSync(join(root, file), 'utf8').split('\n');
  const found: Example[] = [];
  let begin: number | undefined;
  for (const [at, line] of lines.entries()) {
    const text = line.replace(/^ *\* ?/, '').trim();
    if (begin === undefined && text === '```ts') begin = at + 1;
    else if (begin !== undefined && text === '```') {
      const code = lines.slice(begin, at).map((inner) => (file.endsWith('.ts') ? inner.replace(/^ *\* ?/, '') : inner));
      found.push({ place: `${file}:${begin}`, code: `${code.join('\n')}\n` });
      begin = undefined;
    }
  }
  return found;
}
