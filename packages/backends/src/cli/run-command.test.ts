import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Health } from '../doctor/doctor';
import { workingTrial } from '../doctor/working-trial';
import type { Place } from '../install/place';
import { runCommand } from './run-command';

afterEach(() => vi.restoreAllMocks());

const printed = () => vi.spyOn(console, 'log').mockImplementation(() => {});

/** Where nothing is installed, nor can be. */
const nowhere: Place = {
  nodePackage: undefined,
  cache: '/nowhere/cache',
  platform: 'plan9 mips',
  examine: async () => workingTrial(),
  say: () => {},
};

describe('rnn-backends install and uninstall', () => {
  it('has exit status 1 and one sentence where TensorFlow cannot be installed', async () => {
    const error = vi.spyOn(console, 'error').mockImplementation(() => {});
    expect(await runCommand(['install', 'tensorflow'], undefined, nowhere)).toBe(1);
    expect(error).toHaveBeenCalledExactlyOnceWith(
      'install tensorflow: expected @tensorflow/tfjs-node-gpu to be installed, got none. Run npm install --ignore-scripts @tensorflow/tfjs-node-gpu.',
    );
  });

  it.each([
    [false, [], 'the CPU', []],
    [false, ['--cuda'], 'the CPU', ['It found no CUDA GPU. npx @rnn/backends doctor tells more.']],
    [true, ['--cuda'], 'a CUDA GPU', []],
  ])('calls a CPU a CPU (%#)', async (onGpu, flags, where, more) => {
    const folder = mkdtempSync(join(tmpdir(), 'run-command-'));
    try {
      // What is in the cache already is linked and tried.
      writeFileSync(join(folder, 'package.json'), '{ "version": "4.0.1" }');
      for (const name of ['tensorflow_cpu-2.21.0', 'tensorflow-2.21.0-cuda']) {
        mkdirSync(join(folder, 'cache', name), { recursive: true });
        writeFileSync(join(folder, 'cache', name, 'tfjs_binding-4.0.1.node'), '');
      }
      const log = printed();
      const trial = workingTrial({ onGpu, versions: { tensorflow: '2.21.0' } });
      const place = { ...nowhere, platform: 'linux x64', nodePackage: folder, cache: join(folder, 'cache') };
      const status = await runCommand(['install', 'tensorflow', ...flags], undefined, {
        ...place,
        examine: async () => trial,
      });
      expect(status).toBe(0);
      expect(log.mock.calls.flat()).toEqual([
        `TensorFlow 2.21.0 computes on ${where}: a product of 256 x 256 took 1.8 ms.`,
        ...more,
      ]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('uninstalls what is there', async () => {
    const log = printed();
    expect(await runCommand(['uninstall', 'tensorflow'], undefined, nowhere)).toBe(0);
    expect(log).toHaveBeenCalledExactlyOnceWith('There was nothing to remove.');
  });
});

describe('rnn-backends doctor', () => {
  it('prints lines, and its exit status is 0 where the default works', async () => {
    const log = printed();
    expect(await runCommand(['doctor'], async () => workingTrial({ reasons: ['why'] }))).toBe(0);
    expect(log).toHaveBeenCalledExactlyOnceWith(
      expect.stringContaining('The default is wasm, CPU, SIMD, 1 thread: why.'),
    );
  });

  it('has exit status 0 where any other backend is broken, and 1 where the default is', async () => {
    printed();
    const broken = { state: 'broken', reason: 'it crashes', remedy: 'Mend it.' } as const;
    expect(await runCommand(['doctor'], async (name) => (name === 'auto' ? workingTrial() : broken))).toBe(0);
    expect(await runCommand(['doctor'], async (name) => (name === 'auto' ? broken : workingTrial()))).toBe(1);
  });

  it('really tries what is here, as a program, and prints JSON', async () => {
    const program = fileURLToPath(new URL('../../bin/rnn-backends.js', import.meta.url));
    const { stdout } = await promisify(execFile)(process.execPath, [program, 'doctor', '--json'], {
      // No Vulkan driver: one that computes on the CPU takes its time.
      env: { ...process.env, VK_DRIVER_FILES: '/nowhere' },
    });
    const { node, backends, default: taken } = JSON.parse(stdout) as Health;
    expect(node).toBe(process.version);
    expect(backends).toMatchObject({
      webgpu: { state: 'absent' },
      wasm: { state: 'works', device: 'CPU, SIMD, 1 thread', onGpu: false },
      cpu: { state: 'works', onGpu: false },
    });
    expect(taken.state).toBe('works');
  }, 180_000);
});

it.each([
  [['dokter'], "error: unknown command 'dokter'\n(Did you mean doctor?)\n"],
  [['doctor', '--yaml'], "error: unknown option '--yaml'\n"],
  [['doctor', 'wasm'], "error: too many arguments for 'doctor'. Expected 0 arguments but got 1.\n"],
  [
    ['install', 'torch'],
    "error: command-argument value 'torch' is invalid for argument 'backend'. Allowed choices are tensorflow.\n",
  ],
  [['install'], "error: missing required argument 'backend'\n"],
  [
    ['install', 'tensorflow', '--wheel', '/nowhere/a.whl'],
    "error: option '--wheel <file>' argument '/nowhere/a.whl' is invalid. There is no such file.\n",
  ],
  [['install', 'tensorflow', '--stock', '--cuda'], "error: option '--stock' cannot be used with option '--cuda'\n"],
])('has exit status 2 for %j', async (words, sentence) => {
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect(await runCommand(words)).toBe(2);
  expect(write.mock.calls.join('')).toBe(sentence);
});

it('has exit status 0 for --help', async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  expect(await runCommand(['--help'])).toBe(0);
});
