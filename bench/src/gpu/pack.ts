import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ArgumentError } from '@rnn/cells';
import { runApp, wordsOfUser } from 'app-common';
import { Command } from 'commander';
import { currentNode } from 'current-node';
import { copyPackages } from './copy-packages';

const bench = fileURLToPath(new URL('../..', import.meta.url));
const repository = resolve(bench, '..');

const command = new Command('pack')
  .description(
    'Packs Node, Dawn, the built packages, the golden files and the peers for a machine with a GPU and without a network. There: tar xzf, then rnn-gpu/run',
  )
  .option('--out <file>', 'the archive to write', 'rnn-gpu.tar.gz')
  .exitOverride();

/** A folder beside the repository, or the one that the variable names. Throws `ArgumentError` where there is none. */
function given(variable: string, beside: string): string {
  const folder = resolve(process.env[variable] ?? join(repository, beside));
  if (existsSync(folder)) return folder;
  throw new ArgumentError('pack', `a folder ${folder}`, 'none', `Name it in ${variable}.`);
}

const platform = `${process.platform}-${process.arch}`;

/** What runs: no maps, types or manuals; of TensorFlow.js its builds for Node; of Dawn the one for this platform. */
function keep(name: string, path: string): boolean {
  if (/\.(map|ts|cts|mts|md)$/.test(path)) return false;
  if (name.startsWith('@rnn/')) return /^($|package\.json|bin|dist)/.test(path);
  if (name === 'webgpu') return !/^(build|dist\/(?!$))/.test(path) || path.startsWith(`dist/${platform}`);
  if (name.startsWith('@tensorflow/'))
    return !/^dist\/(?!.*\.(node\.js|wasm)$)./.test(path) && !/^wasm-out./.test(path);
  return true;
}

/** The loader of Vulkan drivers, which a machine for computing often lacks; the drivers are the card's. */
function vulkanLoader(): string | undefined {
  const places = ['/usr/lib/x86_64-linux-gnu', '/usr/lib/aarch64-linux-gnu', '/usr/lib64', '/usr/lib'];
  return places.map((folder) => join(folder, 'libvulkan.so.1')).find((file) => existsSync(file));
}

process.exitCode = await runApp(async () => {
  const { out } = command.parse(wordsOfUser(), { from: 'user' }).opts<{ readonly out: string }>();
  if (currentNode === undefined)
    throw new ArgumentError('pack', 'a platform that npm has a Node for', platform, 'Pack on Linux.');
  const [golden, peers] = [given('GOLDEN_DIR', '../shared/golden'), given('PEERS_DIR', '../shared/peers')];
  const folder = mkdtempSync(join(tmpdir(), 'rnn-gpu-'));
  const to = join(folder, 'rnn-gpu');
  try {
    mkdirSync(to);
    cpSync(currentNode, join(to, 'node'));
    cpSync(golden, join(to, 'golden'), { recursive: true });
    cpSync(peers, join(to, 'peers'), { recursive: true });
    const programs = { bench, check: join(repository, 'checks/golden') };
    for (const [name, place] of Object.entries(programs)) {
      cpSync(join(place, 'package.json'), join(to, name, 'package.json'));
      cpSync(join(place, 'dist'), join(to, name, 'dist'), { recursive: true, filter: (path) => keep(name, path) });
    }
    const names = ['@rnn/backends', '@rnn/trainers', 'commander', 'current-node'];
    const leftOut = /^(@types\/.*|@webgpu\/types|@tensorflow\/tfjs-node-gpu|node-linux-.*)$/;
    copyPackages(names, bench, to, { leftOut, keep });
    const loader = vulkanLoader();
    if (loader !== undefined) cpSync(loader, join(to, 'lib/libvulkan.so.1'), { dereference: true });
    const entry =
      '#!/bin/sh\nhere=$(cd "$(dirname "$0")" && pwd)\nexec "$here/node" "$here/bench/dist/gpu/run.js" "$@"\n';
    writeFileSync(join(to, 'run'), entry);
    chmodSync(join(to, 'run'), 0o755);
    execFileSync('tar', ['czf', resolve(out), '-C', folder, 'rnn-gpu']);
    const size = (statSync(out).size / 2 ** 20).toFixed(1);
    const vulkan = loader === undefined ? ', without libvulkan.so.1, which is not here' : '';
    console.log(`${out}: ${size} MiB for ${platform}${vulkan}. There: tar xzf ${out}, then rnn-gpu/run`);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
