import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { hostname, tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { strToU8, zipSync } from 'fflate';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Trial } from '../doctor/trial';
import { workingTrial } from '../doctor/working-trial';
import { type InstallOptions, installTensorflow } from './install-tensorflow';
import { bindingOf } from './link-binding';
import type { Place } from './place';
import { firstThatRuns } from './run-program';
import { neededFiles } from './tensorflow-wheel';

// A package, a pip and a compiler of the test's own, on a PATH that has nothing else but Node and what their scripts use.
const pathBefore = process.env.PATH;
const noPip = (await firstThatRuns([['pip'], ['pip3'], ['python3', '-m', 'pip']])) === undefined;
if (noPip) console.warn('skipped: an install by a real pip: there is no pip');
let home: string;
let nodePackage: string;
let cache: string;
let trials: Trial[];
let said: string[];

beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'install-'));
  nodePackage = join(home, 'node_modules/@tensorflow/tfjs-node-gpu');
  cache = join(home, 'cache');
  [trials, said] = [[], []];
  write('node_modules/@tensorflow/tfjs-node-gpu/package.json', '{ "version": "4.0.1" }');
  vi.stubEnv('PATH', `${join(home, 'bin')}:${tools()}`);
  vi.stubEnv('CXX', undefined);
});

afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(home, { recursive: true });
});

function write(path: string, text: string | Uint8Array): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
  return file;
}

/** A folder with the few programs that the stand-ins use, and neither a pip nor a compiler. */
function tools(): string {
  for (const name of ['cp', 'mkdir']) write(`tools/${name}`, `#!/bin/sh\nexec /bin/${name} "$@"\n`);
  for (const name of ['cp', 'mkdir']) chmodSync(join(home, 'tools', name), 0o755);
  return join(home, 'tools');
}

function program(name: string, script: string): void {
  chmodSync(write(`bin/${name}`, `#!/bin/sh\n[ "$1" = --version ] && exit 0\n${script}\n`), 0o755);
}

/** A compiler that notes its words and writes the binding after `-o`, which comes last. */
const compiler = () => program('g++', `echo "$@" > ${home}/words\nfor file; do :; done\necho a binding > "$file"`);

/** A wheel with what the binding needs, and more than that. */
function wheel(name = 'tensorflow_cpu-2.21.0', { without = '', metadata = '' } = {}): string {
  const files = ['tensorflow/python/large.so', ...neededFiles].filter((path) => path !== without);
  const contents: Record<string, Uint8Array> = Object.fromEntries(
    files.map((path) => [path, strToU8(`this is ${path}`)]),
  );
  contents[`${name}.dist-info/METADATA`] = strToU8(metadata);
  return write(`wheels/${name}-cp311-cp311-manylinux_2_27_x86_64.whl`, zipSync(contents));
}

/** A pip that notes each of its calls and copies one of the wheels for every requirement, whose name up to a sign begins the wheel's. */
const pip = () =>
  program(
    'pip',
    `echo "$@" >> ${home}/pip-words
     echo "$TMPDIR" >> ${home}/pip-temporary
     while [ "$1" != --dest ]; do shift; done
     folder="$2"; shift 2; mkdir -p "$folder"
     for requirement; do
       name="\${requirement%%[=<>]*}"
       case "$name" in tensorflow-cpu) name=tensorflow_cpu;; nvidia-*) name=nvidia_cudnn;; esac
       cp ${home}/wheels/$name-* "$folder" || exit 1
     done`,
  );

const works = workingTrial({ name: 'tensorflow', device: 'CPU, TensorFlow 2.21.0' });
const broken: Trial = { state: 'broken', reason: 'tensorflow does not start (no such symbol)', remedy: 'Mend it.' };

/** What the binding that is linked then holds is what a trial sees. */
let seen: string[];
function place(parts: Partial<Place> = {}): Place {
  seen = [];
  const examine = async () => {
    const file = bindingOf(nodePackage);
    seen.push(existsSync(file) ? readFileSync(file, 'utf8').trim() : 'none');
    return trials.shift() ?? works;
  };
  return { nodePackage, cache, platform: 'linux x64', examine, say: (line) => said.push(line), ...parts };
}

const install = (options: Partial<InstallOptions> = {}, parts: Partial<Place> = {}) =>
  installTensorflow(
    { cuda: false, stock: false, wheel: undefined, ...options },
    place(parts),
    new AbortController().signal,
  );

/** That nothing is left of an attempt. */
function expectNothingDone(): void {
  expect(existsSync(cache) ? readdirSync(cache) : []).toEqual([]);
  expect(existsSync(bindingOf(nodePackage))).toBe(false);
}

const filesUnder = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1))
    .sort();

describe('install tensorflow', () => {
  it('downloads the wheel with pip, takes what is needed from it, compiles the binding, links it and computes', async () => {
    wheel();
    pip();
    compiler();
    expect(await install()).toEqual(works);

    const library = join(cache, 'tensorflow_cpu-2.21.0');
    expect(readlinkSync(bindingOf(nodePackage))).toBe(join(library, 'tfjs_binding-4.0.1.node'));
    expect(seen).toEqual(['a binding']);
    expect(filesUnder(library)).toEqual(
      [...neededFiles, 'tensorflow_cpu-2.21.0.dist-info/METADATA', 'tfjs_binding-4.0.1.node'].sort(),
    );
    expect(readFileSync(join(library, 'tensorflow/libtensorflow_cc.so.2'), 'utf8')).toBe(
      'this is tensorflow/libtensorflow_cc.so.2',
    );
    expect(readdirSync(cache)).toEqual(['tensorflow_cpu-2.21.0']);
    expect(readFileSync(join(home, 'pip-words'), 'utf8')).toMatch(/^download --no-deps .* tensorflow-cpu==2\.21\.0\n$/);
    expect(readFileSync(join(home, 'words'), 'utf8')).toContain(`-Wl,-rpath,${library}/tensorflow `);
    expect(said).toEqual([
      'Downloading tensorflow-cpu==2.21.0 with pip',
      "Taking TensorFlow's library out of tensorflow_cpu-2.21.0-cp311-cp311-manylinux_2_27_x86_64.whl",
      'Compiling the binding',
    ]);
  });

  it('has nothing left to do the second time, without pip or a compiler', async () => {
    const file = wheel();
    compiler();
    await install({ wheel: file });
    rmSync(join(home, 'bin'), { recursive: true });
    rmSync(bindingOf(nodePackage));
    said = [];
    expect(await install()).toEqual(works);
    expect(said).toEqual([]);
    expect(seen).toEqual(['a binding']);
  });

  it('removes what one that was killed left in the cache', async () => {
    compiler();
    const dead = spawnSync(process.execPath, ['--version']).pid;
    write(`cache/making-${hostname()}-${dead}-aBcDeF/download/part.whl`, 'half a wheel');
    await install({ wheel: wheel() });
    expect(readdirSync(cache)).toEqual(['tensorflow_cpu-2.21.0']);
  });

  it('has pip write in the cache too, where what one that was killed left is found', async () => {
    wheel();
    pip();
    compiler();
    await install();
    const making = join(cache, `making-${hostname()}-${process.pid}-`);
    expect(readFileSync(join(home, 'pip-temporary'), 'utf8').slice(0, making.length)).toBe(making);
    expect(readdirSync(join(cache, 'tensorflow_cpu-2.21.0')).sort()).toEqual([
      'tensorflow',
      'tensorflow_cpu-2.21.0.dist-info',
      'tfjs_binding-4.0.1.node',
    ]);
  });

  it('takes the wheel at hand, in place of pip', async () => {
    compiler();
    expect(await install({ wheel: wheel('tensorflow-2.22.0') })).toEqual(works);
    expect(readdirSync(cache)).toEqual(['tensorflow-2.22.0']);
  });

  it("with --cuda also takes CUDA's libraries, and links the binding with those that TensorFlow opens by their names", async () => {
    const metadata = "Requires-Dist: numpy\nRequires-Dist: nvidia-cudnn-cu12<10.0,>=9.3; extra == 'and-cuda'\n";
    wheel('tensorflow-2.21.0', { metadata });
    const libraries = ['libcudnn.so.9', 'libcudnn_ops.so.9'].map((name) => `nvidia/cudnn/lib/${name}`);
    const contents = [...libraries, 'nvidia/cudnn/include/cudnn.h'].map((path) => [path, strToU8(path)] as const);
    write('wheels/nvidia_cudnn-9.3-none.whl', zipSync(Object.fromEntries(contents)));
    pip();
    compiler();
    await install({ cuda: true });

    const library = join(cache, 'tensorflow-2.21.0-cuda');
    expect(filesUnder(library).filter((path) => path.startsWith('nvidia'))).toEqual(libraries);
    expect(readFileSync(join(home, 'pip-words'), 'utf8')).toContain(' nvidia-cudnn-cu12<10.0,>=9.3\n');
    const words = readFileSync(join(home, 'words'), 'utf8');
    expect(words).toContain(` -l:libcudnn.so.9 -o `);
    expect(words).not.toContain('libcudnn_ops');
    expect(words).toContain(`-Wl,-rpath,${library}/nvidia/cudnn/lib `);
  });

  // Its own words, and what an index without a network serves; the compiler stays a stand-in, since these libraries hold nothing.
  it.skipIf(noPip)('with --cuda has a real pip fetch all from a folder that it is told of', async () => {
    const metadata = (name: string, version: string, needs = '') => ({
      [`${name}-${version}.dist-info/METADATA`]: strToU8(
        `Metadata-Version: 2.1\nName: ${name.replaceAll('_', '-')}\nVersion: ${version}\n${needs}`,
      ),
      [`${name}-${version}.dist-info/WHEEL`]: strToU8('Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n'),
      [`${name}-${version}.dist-info/RECORD`]: strToU8(''),
    });
    const needs = 'Provides-Extra: and-cuda\nRequires-Dist: nvidia-cudnn-cu12<10.0,>=9.3; extra == "and-cuda"\n';
    const library = Object.fromEntries(neededFiles.map((path) => [path, strToU8(path)]));
    write(
      'wheels/tensorflow-2.21.0-py3-none-any.whl',
      zipSync({ ...library, ...metadata('tensorflow', '2.21.0', needs) }),
    );
    for (const version of ['9.1', '9.4', '10.0']) {
      const cudnn = { 'nvidia/cudnn/lib/libcudnn.so.9': strToU8(version) };
      const wheel = `wheels/nvidia_cudnn_cu12-${version}-py3-none-any.whl`;
      write(wheel, zipSync({ ...cudnn, ...metadata('nvidia_cudnn_cu12', version) }));
    }
    compiler();
    vi.stubEnv('PATH', `${join(home, 'bin')}:${pathBefore}`);
    vi.stubEnv('PIP_NO_INDEX', '1');
    vi.stubEnv('PIP_FIND_LINKS', join(home, 'wheels'));
    expect(await install({ cuda: true })).toEqual(works);
    const cudnn = join(cache, 'tensorflow-2.21.0-cuda/nvidia/cudnn/lib/libcudnn.so.9');
    expect(readFileSync(cudnn, 'utf8')).toBe('9.4');
  });

  it('makes a library of the cache again that does not work', async () => {
    const file = wheel();
    compiler();
    await install({ wheel: file });
    const binding = join(cache, 'tensorflow_cpu-2.21.0/tfjs_binding-4.0.1.node');
    writeFileSync(binding, 'half a bind');
    trials = [broken];
    said = [];
    expect(await install({ wheel: file })).toEqual(works);
    expect(seen).toEqual(['half a bind', 'a binding']);
    expect(said[0]).toBe(
      'The library in the cache does not work (tensorflow does not start (no such symbol)), and is made again',
    );
  });

  it('with --stock runs the script of the package, and does not write through a link into the cache', async () => {
    compiler();
    await install({ wheel: wheel() });
    write(
      'node_modules/@tensorflow/tfjs-node-gpu/scripts/install.js',
      `require('fs').writeFileSync('lib/napi-v8/tfjs_binding.node', process.argv.slice(2).join(' '));`,
    );
    expect(await install({ stock: true })).toEqual(works);
    expect(seen).toEqual(['gpu download']);
    expect(readFileSync(join(cache, 'tensorflow_cpu-2.21.0/tfjs_binding-4.0.1.node'), 'utf8')).toBe('a binding\n');
    expect(readdirSync(dirname(bindingOf(nodePackage)))).toEqual(['tfjs_binding.node']);
  });

  it('with --stock, too, removes what one that was killed left in the cache', async () => {
    const dead = spawnSync(process.execPath, ['--version']).pid;
    write(`cache/making-${hostname()}-${dead}-aBcDeF/download/part.whl`, 'half a wheel');
    write(
      'node_modules/@tensorflow/tfjs-node-gpu/scripts/install.js',
      `require('fs').writeFileSync('lib/napi-v8/tfjs_binding.node', '');`,
    );
    await install({ stock: true });
    expect(readdirSync(cache)).toEqual([]);
  });
});

describe('install tensorflow says in one line what is missing, and leaves nothing half done:', () => {
  const failing = (script: string) => `echo "$1: starting" >&2; ${script}; exit 1`;

  it('the package', async () => {
    await expect(install({}, { nodePackage: undefined })).rejects.toThrow(
      'install tensorflow: expected @tensorflow/tfjs-node-gpu to be installed, got none. Run npm install --ignore-scripts @tensorflow/tfjs-node-gpu.',
    );
    expectNothingDone();
  });

  it('a platform with a wheel', async () => {
    await expect(install({}, { platform: 'darwin arm64' })).rejects.toThrow(
      "install tensorflow: expected linux x64, got darwin arm64. Try --stock, TensorFlow.js' own download, or compute on wasm.",
    );
    expectNothingDone();
  });

  it('a compiler, before anything is downloaded', async () => {
    wheel();
    pip();
    await expect(install()).rejects.toThrow(
      'install tensorflow: expected a C++ compiler on the PATH, got none. Install one (on Debian: apt-get install g++).',
    );
    expect(existsSync(join(home, 'pip-words'))).toBe(false);
    expectNothingDone();
  });

  it('pip', async () => {
    compiler();
    await expect(install()).rejects.toThrow(
      'install tensorflow: expected pip on the PATH, got none. Install Python 3 with pip (on Debian: apt-get install python3-pip), or pass a wheel with --wheel FILE.',
    );
    expectNothingDone();
  });

  it('a network', async () => {
    compiler();
    program(
      'pip3',
      failing(
        'echo "WARNING: Retrying after NewConnectionError"; echo "ERROR: Could not find a version" >&2; echo bye',
      ),
    );
    await expect(install()).rejects.toThrow(
      'install tensorflow: expected pip3 to download tensorflow-cpu==2.21.0, got ERROR: Could not find a version. Let pip find an index, or pass a wheel with --wheel FILE.',
    );
    expectNothingDone();
  });

  it('a cache that can be written', async () => {
    compiler();
    await expect(install({ wheel: wheel() }, { cache: '/proc/x/rnn-backends' })).rejects.toThrow(
      /^install tensorflow: expected to make a folder in \/proc\/x\/rnn-backends, got E.*\. Name a place for caches that can be written with XDG_CACHE_HOME\.$/,
    );
    expectNothingDone();
  });

  it('a wheel that is whole', async () => {
    compiler();
    const file = write('wheels/tensorflow_cpu-2.21.0-cp311.whl', 'half a zip');
    await expect(install({ wheel: file })).rejects.toThrow(
      /^install tensorflow: expected a wheel in .*\.whl, got none \(.+\)\. See that it is whole, and that a gigabyte is free\.$/,
    );
    expectNothingDone();
  });

  it('a library in the wheel', async () => {
    compiler();
    const file = wheel('tensorflow-2.5.0', { without: 'tensorflow/libtensorflow_cc.so.2' });
    await expect(install({ wheel: file })).rejects.toThrow(
      `install tensorflow: expected tensorflow/libtensorflow_cc.so.2 in ${file}, got none. Take the wheel of TensorFlow 2.21.0 for Linux.`,
    );
    expectNothingDone();
  });

  it('a wheel of TensorFlow', async () => {
    await expect(install({ wheel: '/nowhere/numpy-2.0.whl' })).rejects.toThrow(
      'install tensorflow: expected a wheel of tensorflow or tensorflow-cpu, got /nowhere/numpy-2.0.whl. Keep the name that pip gives it.',
    );
    expectNothingDone();
  });

  it("CUDA's packages", async () => {
    compiler();
    await expect(install({ cuda: true, wheel: wheel() })).rejects.toThrow(
      "install tensorflow: expected a wheel that names CUDA's packages, got one that names none. Leave --wheel out, or --cuda.",
    );
    expectNothingDone();
  });

  it('what the compiler misses', async () => {
    program('g++', failing('echo "x.cc:1:10: fatal error: c_api.h: No such file" >&2; echo stopped >&2'));
    await expect(install({ wheel: wheel() })).rejects.toThrow(
      'install tensorflow: expected g++ to compile the binding, got x.cc:1:10: fatal error: c_api.h: No such file. Try another compiler with CXX=….',
    );
    expectNothingDone();
  });

  it('a processor or a library that TensorFlow needs; then the binding from before is there again', async () => {
    compiler();
    trials = [broken];
    const before = write('node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8/tfjs_binding.node', 'the one before');
    await expect(install({ wheel: wheel() })).rejects.toThrow(
      'install tensorflow: expected TensorFlow to compute a product, got none: tensorflow does not start (no such symbol). Compute on wasm, which needs no install.',
    );
    expect(readFileSync(before, 'utf8')).toBe('the one before');
    expect(readdirSync(dirname(before))).toEqual(['tfjs_binding.node']);
    expect(readdirSync(cache)).toEqual([]);
  });

  it('an attempt before that was killed as it tried its binding: the one from before that is there again', async () => {
    compiler();
    trials = [broken];
    const lib = 'node_modules/@tensorflow/tfjs-node-gpu/lib/napi-v8';
    const before = write(`${lib}/tfjs_binding.node`, 'never tried to the end');
    write(`${lib}/tfjs_binding.node.before`, 'the one before');
    await expect(install({ wheel: wheel() })).rejects.toThrow('expected TensorFlow to compute a product, got none');
    expect(readFileSync(before, 'utf8')).toBe('the one before');
    expect(readdirSync(dirname(before))).toEqual(['tfjs_binding.node']);
  });

  it("what the package's own script misses; then the link from before is there again", async () => {
    compiler();
    await install({ wheel: wheel() });
    write('node_modules/@tensorflow/tfjs-node-gpu/scripts/install.js', "throw new Error('getaddrinfo ENOTFOUND')");
    await expect(install({ stock: true })).rejects.toThrow(
      /^install tensorflow: expected its own script to make .*tfjs_binding\.node, got .*ENOTFOUND.*\. Leave --stock out, or see that it reaches storage\.googleapis\.com\.$/,
    );
    expect(readFileSync(bindingOf(nodePackage), 'utf8')).toBe('a binding\n');
  });
});
