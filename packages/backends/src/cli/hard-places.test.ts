import { type ChildProcess, execFile } from 'node:child_process';
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { Health } from '../doctor/doctor';
import { findPackage } from '../find-package';
import { firstThatRuns, runProgram } from '../install/run-program';

// This package as a project has it installed, with what it needs and no more; the optional packages are each test's to add.
const here = fileURLToPath(new URL('../..', import.meta.url));
let project: string;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'hard-places-')));
  const mine = join(project, 'node_modules/@rnn/backends');
  for (const part of ['package.json', 'bin', 'dist']) cpSync(join(here, part), join(mine, part), { recursive: true });
  const { dependencies } = JSON.parse(readFileSync(join(here, 'package.json'), 'utf8')) as { dependencies: object };
  for (const name of [...Object.keys(dependencies), '@tensorflow/tfjs-core']) link(name);
  file('package.json', '{}');
});
afterEach(() => rmSync(project, { recursive: true }));

function link(name: string): void {
  const place = join(project, 'node_modules', name);
  mkdirSync(dirname(place), { recursive: true });
  symlinkSync(findPackage(name) ?? join(here, 'node_modules', name), place);
}

function file(path: string, contents: string | Uint8Array): string {
  const place = join(project, path);
  mkdirSync(dirname(place), { recursive: true });
  writeFileSync(place, contents);
  return place;
}

/** tfjs-node-gpu as npm leaves it, whose module loads its binding. */
function installTfjsNode(): string {
  const folder = 'node_modules/@tensorflow/tfjs-node-gpu';
  file(`${folder}/package.json`, '{ "version": "4.22.0", "main": "index.js" }');
  file(`${folder}/index.js`, "process.dlopen({ exports: {} }, require.resolve('./lib/napi-v8/tfjs_binding.node'));");
  return join(project, folder);
}

interface Said {
  /** Or the signal that ended it. */
  readonly status: number | string | null | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a program of Node in the project, with a home of its own and without a Vulkan driver. */
function run(
  words: readonly string[],
  env: NodeJS.ProcessEnv = {},
  started: (child: ChildProcess) => void = () => {},
): Promise<Said> {
  const own = { HOME: project, XDG_CACHE_HOME: join(project, 'cache'), NODE_PATH: '', VK_DRIVER_FILES: '/nowhere' };
  return new Promise((resolve) => {
    const options = { cwd: project, env: { ...process.env, ...own, ...env } };
    const child = execFile(process.execPath, [...words], options, (error, stdout, stderr) =>
      resolve({ status: error ? (error.code ?? error.signal) : 0, stdout, stderr }),
    );
    started(child);
  });
}

const command = () => join(project, 'node_modules/@rnn/backends/bin/rnn-backends.js');

/** What the doctor finds and what 'auto' says, which both work: the default is wasm, and computes. */
async function askBoth(env: NodeJS.ProcessEnv = {}): Promise<{ health: Health; auto: string }> {
  const doctor = await run([command(), 'doctor', '--json'], env);
  expect(doctor.status, doctor.stderr).toBe(0);
  const health = JSON.parse(doctor.stdout) as Health;
  expect(health.default).toMatchObject({ state: 'works', name: 'wasm', onGpu: false });
  const program = file(
    'auto.mjs',
    `import { useBackend } from '@rnn/backends';
     import { matMul, tensor2d } from '@tensorflow/tfjs-core';
     console.log(String(await useBackend()));
     console.log(matMul(tensor2d([[2, 3]]), tensor2d([[5], [7]])).arraySync().join());`,
  );
  const { stdout, stderr, status } = await run([program], env);
  expect(status, stderr).toBe(0);
  const [auto = '', product] = stdout.trim().split('\n');
  expect(product).toBe('31');
  return { health, auto };
}

it('uninstalled: both say of each optional package that it is not installed', async () => {
  const { health, auto } = await askBoth();
  expect(health.backends).toMatchObject({
    tensorflow: {
      state: 'absent',
      reason: '@tensorflow/tfjs-node-gpu is not installed',
      remedy: 'Run npm install --ignore-scripts @tensorflow/tfjs-node-gpu, then npx @rnn/backends install tensorflow.',
    },
    webgpu: { state: 'absent', reason: 'webgpu is not installed', remedy: 'Run npm install webgpu.' },
  });
  expect(auto).toBe('wasm, CPU, SIMD, 1 thread: @tensorflow/tfjs-node-gpu is not installed, webgpu is not installed');
});

/** Programs on the PATH before all others, by their names. */
function programs(scripts: Readonly<Record<string, string>>): string {
  for (const [name, script] of Object.entries(scripts))
    chmodSync(file(`programs/${name}`, `#!/bin/sh\n${script}\n`), 0o755);
  return [join(project, 'programs'), process.env.PATH].join(delimiter);
}

it('offline: the install says what could not be downloaded, and both that there is no binding', async () => {
  installTfjsNode();
  const PATH = programs({
    'g++': 'exit 0',
    pip: '[ "$1" = --version ] || { echo "ERROR: No matching distribution found for $9" >&2; exit 1; }',
  });
  const install = await run([command(), 'install', 'tensorflow'], { PATH });
  expect(install.status).toBe(1);
  expect(install.stderr).toMatch(
    /^install tensorflow: expected pip to download tensorflow-cpu==2\.21\.0, got ERROR: No matching distribution found for .*\. Let pip find an index, or pass a wheel with --wheel FILE\.\n$/,
  );

  const { health, auto } = await askBoth({ PATH });
  expect(health.backends.tensorflow).toEqual({
    state: 'absent',
    reason: 'the binding of @tensorflow/tfjs-node-gpu is not built',
    remedy: 'Run npx @rnn/backends install tensorflow.',
  });
  expect(auto).toContain(': the binding of @tensorflow/tfjs-node-gpu is not built, webgpu is not installed');
});

/** Installs, and sends the signal to that process alone once the file `started` holds the number of a process that it began; which then runs no more. */
async function interruptInstall(signal: NodeJS.Signals, env: NodeJS.ProcessEnv = {}): Promise<Said> {
  const begun = () => Number(existsSync(join(project, 'started')) && readFileSync(join(project, 'started'), 'utf8'));
  const said = await run([command(), 'install', 'tensorflow'], env, (child) => {
    const timer = setInterval(() => {
      if (!begun()) return;
      clearInterval(timer);
      child.kill(signal);
    }, 50);
    child.once('exit', () => clearInterval(timer));
  });
  try {
    await vi.waitFor(() => expect(() => process.kill(begun(), 0)).toThrow('ESRCH'), 10_000);
  } catch (error) {
    process.kill(begun(), 'SIGKILL');
    throw error;
  }
  return said;
}

it.each([
  ['SIGINT', 130],
  ['SIGTERM', 143],
] as const)('%s during the download: nothing is left of it, and pip has ended', async (signal, status) => {
  installTfjsNode();
  const PATH = programs({
    'g++': 'exit 0',
    pip: `[ "$1" = --version ] && exit 0
          while [ "$1" != --dest ]; do shift; done
          mkdir -p "$2" && echo half a wheel > "$2/part.whl" && echo $$ > started
          exec sleep 600`,
  });
  const { stderr, ...said } = await interruptInstall(signal, { PATH });
  expect(stderr).toBe('');
  expect(said).toEqual({ status, stdout: 'Downloading tensorflow-cpu==2.21.0 with pip …\n' });
  expect(readdirSync(join(project, 'cache/rnn-backends'))).toEqual([]);
});

it('SIGTERM as the binding is tried: the one before is there again, the library stays in the cache', async () => {
  const folder = installTfjsNode();
  file(
    'node_modules/@tensorflow/tfjs-node-gpu/index.js',
    "require('node:fs').writeFileSync('started', String(process.pid)); for (;;);",
  );
  const before = file('node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node', 'the one before');
  const library = file('cache/rnn-backends/tensorflow_cpu-2.21.0/tfjs_binding-4.22.0.node', 'a binding');
  expect(await interruptInstall('SIGTERM')).toEqual({ status: 143, stdout: '', stderr: '' });
  expect(readFileSync(before, 'utf8')).toBe('the one before');
  expect(readdirSync(join(folder, 'lib/napi-v8'))).toEqual(['tfjs_binding.node']);
  expect(existsSync(library)).toBe(true);
});

it('a backend that prints as it loads: the JSON of the doctor stays JSON', async () => {
  installTfjsNode();
  file('node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node', 'a binding');
  file(
    'node_modules/@tensorflow/tfjs-node-gpu/index.js',
    // As a native library does, past the console.
    `for (const to of [1, 2]) require('node:fs').writeSync(to, 'oneDNN custom operations are on\\n');
     throw new Error('no such symbol');`,
  );
  const { stdout, stderr } = await run([command(), 'doctor', '--json']);
  expect((JSON.parse(stdout) as Health).backends.tensorflow).toEqual(brokenTensorflow('no such symbol'));
  expect(stderr).toBe('');
});

it('without Vulkan: both say that webgpu finds no driver', async () => {
  link('webgpu');
  const { health, auto } = await askBoth();
  expect(health.backends.webgpu).toEqual({
    state: 'absent',
    reason: 'webgpu finds no Vulkan driver',
    remedy:
      'On Linux install libvulkan1 and the Vulkan driver of your card; VK_DRIVER_FILES may name one, also one that computes on the CPU.',
  });
  expect(auto).toMatch(/, webgpu finds no Vulkan driver$/);
});

const brokenTensorflow = (words: string) => ({
  state: 'broken',
  reason: `tensorflow does not start (${words})`,
  remedy: 'Run npx @rnn/backends install tensorflow, which makes its binding again.',
});

it('a binding that is a directory: both say that it cannot be read', async () => {
  const binding = join(installTfjsNode(), 'lib/napi-v8/tfjs_binding.node');
  mkdirSync(binding, { recursive: true });
  const { health, auto } = await askBoth();
  const words = `${binding} cannot be read: EISDIR`;
  expect(health.backends.tensorflow).toEqual(brokenTensorflow(words));
  expect(auto).toContain(`: tensorflow does not start (${words}), webgpu is not installed`);
});

it("a binding that is another user's: both say that it cannot be read", async () => {
  installTfjsNode();
  const binding = file('node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node', 'mine alone');
  // As for an ordinary user, which whoever runs this may not be: root reads everything.
  const unreadable = file(
    'unreadable.cjs',
    `const fs = require('node:fs');
     const { openSync } = fs;
     fs.openSync = (file, ...rest) => {
       if (file === ${JSON.stringify(binding)})
         throw Object.assign(new Error("EACCES: permission denied, open '" + file + "'"), { code: 'EACCES' });
       return openSync(file, ...rest);
     };`,
  );
  const { health, auto } = await askBoth({ NODE_OPTIONS: `--require ${unreadable}` });
  const words = `${binding} cannot be read: EACCES`;
  expect(health.backends.tensorflow).toEqual(brokenTensorflow(words));
  expect(auto).toContain(`: tensorflow does not start (${words}), webgpu is not installed`);
});

const compiler = await firstThatRuns([['g++'], ['clang++'], ['c++']]);
if (!compiler) console.warn('skipped: a binding that is cut off: there is no C++ compiler');

it.skipIf(!compiler || process.platform !== 'linux').each([5, 20, 60])(
  'a binding cut to %i kB: both say so, and neither dies of it',
  async (kilobytes) => {
    installTfjsNode();
    // 64 kB that are constant, and as many with a pointer to them, which the loader writes.
    const source = file('binding.cc', 'extern const char a[65536] = {1}; char b[65536] = {2}; char *c = b;');
    const whole = join(project, 'whole.node');
    const ran = await runProgram([...(compiler as string[]), '-shared', '-fPIC', '-o', whole, source]);
    expect(ran?.done, ran?.lastWords).toBe(true);
    const path = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node';
    const binding = file(path, readFileSync(whole).subarray(0, kilobytes * 1000));

    const { health, auto } = await askBoth();
    const words = `${binding} is cut off`;
    expect(health.backends.tensorflow).toEqual(brokenTensorflow(words));
    expect(auto).toContain(`: tensorflow does not start (${words}), webgpu is not installed`);
  },
);

it.each([
  ['cut off', /libcudnn\.so\.9 is cut off/],
  ['no library', /(file too short|invalid ELF header)/],
])('a library in the cache that is %s: both say so, and neither dies of it', async (kind, words) => {
  const folder = installTfjsNode();
  const home = 'cache/rnn-backends/tensorflow-2.21.0-cuda';
  const binding = file(`${home}/tfjs_binding-4.22.0.node`, 'no library at all');
  // Node's own program is a library in its format, and longer than this.
  const half = readFileSync(process.execPath).subarray(0, 2 ** 20);
  file(`${home}/nvidia/cudnn/lib/libcudnn.so.9`, kind === 'cut off' ? half : 'no library at all');
  mkdirSync(join(folder, 'lib/napi-v8'), { recursive: true });
  symlinkSync(binding, join(folder, 'lib/napi-v8/tfjs_binding.node'));

  const { health, auto } = await askBoth();
  const said = new RegExp(`^tensorflow does not start \\(.*${words.source}.*\\)$`);
  expect(health.backends.tensorflow).toEqual({ ...brokenTensorflow(''), reason: expect.stringMatching(said) });
  expect(auto).toMatch(new RegExp(`: tensorflow does not start \\(.*${words.source}.*\\), webgpu is not installed$`));
});

it('on an unsupported platform: the install names it, both name what is missing there', async () => {
  installTfjsNode();
  link('webgpu');
  const elsewhere = file(
    'elsewhere.cjs',
    `Object.defineProperty(process, 'platform', { value: 'sunos' });
     Object.defineProperty(process, 'arch', { value: 'mips' });`,
  );
  const env = { NODE_OPTIONS: `--require ${elsewhere}`, VK_DRIVER_FILES: file('card.json', '{}') };
  const install = await run([command(), 'install', 'tensorflow'], env);
  expect(install.stderr).toBe(
    "install tensorflow: expected linux x64, got sunos mips. Try --stock, TensorFlow.js' own download, or compute on wasm.\n",
  );
  expect(install.status).toBe(1);

  const { health, auto } = await askBoth(env);
  expect(health.platform).toBe('sunos mips');
  expect(health.backends).toMatchObject({
    tensorflow: { state: 'absent', reason: 'the binding of @tensorflow/tfjs-node-gpu is not built' },
    webgpu: { state: 'broken', reason: expect.stringMatching(/^webgpu does not start \(.*sunos-mips.*\)$/) },
  });
  expect(auto).toMatch(/^wasm, CPU, .*: the binding .* is not built, webgpu does not start \(.*sunos-mips.*\)$/);
});
