import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentError } from '@rnn/cells';
import { currentNode } from 'current-node';
import type { Variant } from './comparisons';
import type { Contender } from './contender';
import { runCommand } from './run-command';

/** This package, whose node_modules hold the peers in JavaScript. */
const home = fileURLToPath(new URL('..', import.meta.url));

/** `$PEERS_DIR`, or `../shared/peers` beside the repository: the scripts that time others on the same work. */
const peersFolder = (): string => resolve(process.env.PEERS_DIR ?? join(home, '../../shared/peers'));

/** The peers in Python: what to import, and the word by which the script knows each. */
const pythonPeers = [
  { name: 'PyTorch', module: 'torch', word: 'torch' },
  { name: 'Keras', module: 'tensorflow', word: 'keras' },
  {
    ...{ name: 'JAX', module: 'jax', word: 'jax' },
    runs: ({ cell, layers, bidirectional }) => cell === 'lstm' && layers === 1 && !bidirectional,
  },
] as const satisfies readonly (Pick<Contender, 'name' | 'runs'> & { readonly module: string; readonly word: string })[];

/** This library in a setting; undefined where that needs a current Node and there is none. */
export function ownContender({ name, words = [], env, currentNode: onCurrent }: Variant): Contender | undefined {
  const node = onCurrent ? currentNode : process.execPath;
  if (node === undefined) return undefined;
  const command = [node, join(home, 'dist/main.js'), '--backend', 'wasm', '--json', ...words] as const;
  return { name, ours: true, command: [...command], ...(env && { env }) };
}

/** This library, and the peers that are here. `notes` has a sentence on each that was looked for: found, in which version, or why not. */
export interface FoundContenders {
  readonly contenders: readonly Contender[];
  readonly notes: readonly string[];
}

/** Looks for the peers by importing each. Throws `ArgumentError` where their scripts are not here. */
export async function findContenders(): Promise<FoundContenders> {
  const folder = peersFolder();
  if (!existsSync(folder))
    throw new ArgumentError('bench', `the peers' scripts in ${folder}`, 'none', 'Name their folder in PEERS_DIR.');
  const onCurrentNode = ownContender({ name: '@rnn, current Node', currentNode: true });
  const tfLayers = join(folder, 'tfjs_peers.mjs');
  const contenders: Contender[] = [
    ownContender({ name: '@rnn' }) as Contender,
    ...(onCurrentNode ? [onCurrentNode] : []),
    { name: 'tf.layers', ours: false, command: [process.execPath, tfLayers, 'wasm'] },
  ];
  const notes = [
    onCurrentNode ? await currentNodeNote(onCurrentNode.command[0]) : 'a current Node: npm has none for this platform',
  ];
  const python = process.env.PEERS_PYTHON;
  if (python === undefined) return { contenders, notes: [...notes, 'PyTorch, Keras, JAX: PEERS_PYTHON is not set'] };
  const versions = await Promise.all(pythonPeers.map(({ module }) => importedVersion(python, module)));
  for (const [i, { name, module, word, ...rest }] of pythonPeers.entries()) {
    const version = versions[i];
    notes.push(`${name}: ${version === undefined ? `${python} has no ${module}` : `${module} ${version}`}`);
    if (version === undefined) continue;
    contenders.push({ name, ours: false, command: [python, join(folder, 'rnn_peers.py'), word], ...rest });
  }
  return { contenders, notes };
}

async function currentNodeNote(node: string): Promise<string> {
  const { stdout } = await runCommand([node, '--version'], { cwd: home, limitMs: 30_000 });
  return `a current Node: ${stdout.trim()}`;
}

async function importedVersion(python: string, module: string): Promise<string | undefined> {
  const code = `import ${module}; print(${module}.__version__)`;
  const run = await runCommand([python, '-c', code], { cwd: home, limitMs: 60_000 });
  return run.outcome === 'done' ? run.stdout.trim().split('\n').at(-1) : undefined;
}
