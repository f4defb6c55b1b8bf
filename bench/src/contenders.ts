import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { BackendName } from '@rnn/backends';
import { ArgumentError } from '@rnn/cells';
import { currentNode } from 'current-node';
import type { Variant } from './comparisons';
import type { Contender } from './contender';
import { runCommand } from './run-command';

/** This package, whose node_modules hold the peers in JavaScript. */
const home = fileURLToPath(new URL('..', import.meta.url));

/** `$PEERS_DIR`, or `../shared/peers` beside the repository: the scripts that time others on the same work. */
const peersFolder = (): string => resolve(process.env.PEERS_DIR ?? join(home, '../../shared/peers'));

/** A peer in Python: what to import, the word by which the script knows it, and Python that prints its version in words. */
interface PythonPeer extends Pick<Contender, 'name' | 'runs' | 'env'> {
  readonly module: string;
  readonly words: readonly string[];
  readonly version: string;
}

const versionOf = (module: string): string => `import ${module}; print("${module}", ${module}.__version__)`;

const pythonPeers: Readonly<Record<'cpu' | 'cuda', readonly PythonPeer[]>> = {
  cpu: [
    { name: 'PyTorch', module: 'torch', words: ['torch'], version: versionOf('torch') },
    { name: 'Keras', module: 'tensorflow', words: ['keras'], version: versionOf('tensorflow') },
    {
      ...{ name: 'JAX', module: 'jax', words: ['jax'], version: versionOf('jax') },
      runs: ({ cell, layers, bidirectional }) => cell === 'lstm' && layers === 1 && !bidirectional,
    },
  ],
  // cuDNN would round what it multiplies to TF32; nothing else here does.
  cuda: [
    {
      ...{ name: 'PyTorch', module: 'torch with CUDA', words: ['torch', '--device', 'cuda'] },
      version:
        'import torch; print("torch", torch.__version__, "cuDNN", torch.backends.cudnn.version(), torch.cuda.get_device_name(), "TF32 off", sep=", ")',
      env: { NVIDIA_TF32_OVERRIDE: '0' },
    },
  ],
};

/** This library on a backend, in a setting; undefined where that needs a current Node and there is none. */
export function ownContender(
  backend: BackendName,
  { name, words = [], env, currentNode: onCurrent }: Variant,
): Contender | undefined {
  const node = onCurrent ? currentNode : process.execPath;
  if (node === undefined) return undefined;
  const command = [node, join(home, 'dist/main.js'), '--backend', backend, '--json', ...words] as const;
  return { name, ours: true, command: [...command], ...(env && { env }) };
}

/** tf.layers on a backend; undefined on webgpu, of which its script knows nothing. */
export function tfLayers(backend: BackendName): Contender | undefined {
  if (backend === 'webgpu') return undefined;
  const command = [process.execPath, join(peersFolder(), 'tfjs_peers.mjs'), backend] as const;
  // The script finds packages from the folder it runs in, and the native binding is that of @rnn/backends.
  const backends = createRequire(import.meta.url).resolve('@rnn/backends/package.json');
  return {
    ...{ name: 'tf.layers', ours: false, command: [...command] },
    ...(backend === 'tensorflow' && { cwd: dirname(backends) }),
  };
}

/** This library, and the peers that are here. `notes` has a sentence on each that was looked for: found, in which version, or why not. */
export interface FoundContenders {
  readonly contenders: readonly Contender[];
  readonly notes: readonly string[];
}

/** Looks for the peers by importing each. Throws `ArgumentError` where their scripts are not here. */
export async function findContenders(backend: BackendName, peerDevice: 'cpu' | 'cuda'): Promise<FoundContenders> {
  const folder = peersFolder();
  if (!existsSync(folder))
    throw new ArgumentError('bench', `the peers' scripts in ${folder}`, 'none', 'Name their folder in PEERS_DIR.');
  const onCurrentNode = ownContender(backend, { name: '@rnn, current Node', currentNode: true });
  const inJavaScript = [ownContender(backend, { name: '@rnn' }), onCurrentNode, tfLayers(backend)];
  const contenders = inJavaScript.filter((contender) => contender !== undefined);
  const notes = [
    onCurrentNode ? await currentNodeNote(onCurrentNode.command[0]) : 'a current Node: none from npm is here',
  ];
  const python = process.env.PEERS_PYTHON;
  const peers = pythonPeers[peerDevice];
  if (python === undefined) {
    const names = peers.map(({ name }) => name).join(', ');
    return { contenders, notes: [...notes, `${names}: PEERS_PYTHON is not set`] };
  }
  const versions = await Promise.all(peers.map(({ version }) => printed(python, version)));
  for (const [i, { name, module, words, version: _, ...rest }] of peers.entries()) {
    const version = versions[i];
    notes.push(`${name}: ${version ?? `${python} has no ${module}`}`);
    if (version === undefined) continue;
    contenders.push({ name, ours: false, command: [python, join(folder, 'rnn_peers.py'), ...words], ...rest });
  }
  return { contenders, notes };
}

async function currentNodeNote(node: string): Promise<string> {
  const { stdout } = await runCommand([node, '--version'], { cwd: home, limitMs: 30_000 });
  return `a current Node: ${stdout.trim()}`;
}

async function printed(python: string, code: string): Promise<string | undefined> {
  const run = await runCommand([python, '-c', code], { cwd: home, limitMs: 60_000 });
  return run.outcome === 'done' ? run.stdout.trim().split('\n').at(-1) : undefined;
}
