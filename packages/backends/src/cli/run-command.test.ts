import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it, vi } from 'vitest';
import type { Health } from '../doctor/doctor';
import { workingTrial } from '../doctor/working-trial';
import { runCommand } from './run-command';

afterEach(() => vi.restoreAllMocks());

const printed = () => vi.spyOn(console, 'log').mockImplementation(() => {});

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
  });
});

it.each([
  [['dokter'], "error: unknown command 'dokter'\n(Did you mean doctor?)\n"],
  [['doctor', '--yaml'], "error: unknown option '--yaml'\n"],
  [['doctor', 'wasm'], "error: too many arguments for 'doctor'. Expected 0 arguments but got 1.\n"],
])('has exit status 2 for %j', async (words, sentence) => {
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true);
  expect(await runCommand(words)).toBe(2);
  expect(write.mock.calls.join('')).toBe(sentence);
});

it('has exit status 0 for --help', async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  expect(await runCommand(['--help'])).toBe(0);
});
