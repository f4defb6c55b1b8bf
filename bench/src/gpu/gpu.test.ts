import { execFile } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { runProgram } from 'app-common';
import { currentNode } from 'current-node';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

const pack = fileURLToPath(new URL('../../dist/gpu/pack.js', import.meta.url));

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'gpu-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** One golden case, no peers, and in the place of a Python with PyTorch one that times nothing. */
function standIns(): { golden: string; peers: string; python: string } {
  const [golden, peers, python] = ['golden', 'peers', 'python'].map((name) => join(folder, name)) as [
    string,
    string,
    string,
  ];
  mkdirSync(golden);
  const all = process.env.GOLDEN_DIR ?? fileURLToPath(new URL('../../../../shared/golden', import.meta.url));
  const [first] = JSON.parse(readFileSync(join(all, 'cells_basic.json'), 'utf8')) as object[];
  writeFileSync(join(golden, 'one.json'), JSON.stringify([first]));
  mkdirSync(peers);
  const timing = '{"ms":1,"ms_median":2,"sequences_per_s":4000,"device":"cuda","peer":"torch"}';
  const script = `#!/bin/sh
    case "$*" in
      --version) ;;
      -c*) echo 'torch, 2.13.0, TF32 off' ;;
      *'torch --device cuda '*) [ "$NVIDIA_TF32_OVERRIDE" = 0 ] && echo '${timing}' ;;
      *) exit 1 ;;
    esac`;
  writeFileSync(python, script, { mode: 0o755 });
  return { golden, peers, python };
}

const swiftShader = '/usr/lib/chromium/vk_swiftshader_icd.json';
const missing =
  currentNode === undefined
    ? 'npm has no Node for this platform'
    : existsSync(swiftShader)
      ? ''
      : `there is no ${swiftShader}`;
if (missing) console.warn(`skipped: the package for a machine with a GPU: ${missing}`);

describe.skipIf(missing)('the package for a machine with a GPU', () => {
  it('is under 64 MiB, and needs neither a home, a network nor anything installed', { timeout: 400_000 }, async () => {
    const { golden, peers, python } = standIns();
    const out = join(folder, 'rnn-gpu.tar.gz');
    const packed = await runProgram(pack, ['--out', out], { GOLDEN_DIR: golden, PEERS_DIR: peers });
    expect(packed.stderr).toBe('');
    expect(statSync(out).size).toBeLessThan(64 * 2 ** 20);

    const empty = join(folder, 'empty');
    mkdirSync(empty);
    const run = promisify(execFile);
    await run('tar', ['xzf', out, '-C', empty]);
    const words = ['--tiny', '--rounds', '1', '--only', 'infer LSTM 1,'];
    const { stdout } = await run(join(empty, 'rnn-gpu/run'), words, {
      cwd: empty,
      env: {
        HOME: empty,
        PATH: '/usr/bin:/bin',
        VK_DRIVER_FILES: swiftShader,
        VK_ICD_FILENAMES: swiftShader,
        PEERS_PYTHON: python,
      },
      timeout: 300_000,
    }).catch((error: { stdout: string }) => error);
    expect(stdout).toMatch(/^webgpu +works: CPU, google swiftshader/m);
    expect(stdout).toContain('on webgpu (CPU, google swiftshader');
    expect(stdout).toContain('golden: 1 cases, 1 passed, 0 failed');
    expect(stdout).toContain('PyTorch: torch, 2.13.0, TF32 off');
    expect(stdout).toMatch(/^\| infer LSTM 1, 4, 4, 4 \| @rnn +\|.*\| +7 \|/m);
    expect(stdout).toMatch(/^\| +\| PyTorch \| +1 \| +2 \|/m);
    expect(readdirSync(empty)).toEqual(['rnn-gpu']);
  });
});

it('says what is not there to be packed', async () => {
  const { stderr, status } = await runProgram(pack, ['--out', join(folder, 'x.tar.gz')], { GOLDEN_DIR: '/nowhere' });
  expect(stderr.trim()).toBe('pack: expected a folder /nowhere, got none. Name it in GOLDEN_DIR.');
  expect(status).toBe(2);
  expect(existsSync(join(folder, 'x.tar.gz'))).toBe(false);
});
