import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { runProgram } from 'app-common';
import { hasTerminal } from 'app-common/testing';
import { describe, expect, it, onTestFinished } from 'vitest';
import { main, report, scratch } from './sine-program.fixture';

/** In every process: says when training has begun to listen for signals. */
const telling = `data:text/javascript,${encodeURIComponent(
  "process.on('newListener', (name) => name === 'SIGINT' && console.error('listens ' + process.pid))",
)}`;

describe('compare', () => {
  it('trains each in a process of its own, and has a table, pictures and a page', async () => {
    const [json, pictures, page] = ['compared.json', 'compared', 'compared.html'].map(scratch) as [
      string,
      string,
      string,
    ];
    const words = ['two-layer', 'estimator', '--steps', '3', '--hidden', '4', '--pictures', pictures, '--report', page];
    const { status, stdout, stderr } = await runProgram(main, ['compare', ...words, '--json', json]);
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    expect(stdout).toMatch(
      /\nworkload +test MSE +steps +s +ms\/step +MiB\ntwo-layer +\d\.\d\de.* 3 .*\nestimator +\d.* 3 .*\n/,
    );
    const { reports, failed } = JSON.parse(readFileSync(json, 'utf8'));
    expect(reports).toMatchObject([
      { workload: 'two-layer', steps: 3 },
      { workload: 'estimator', steps: 3 },
    ]);
    expect(failed).toEqual([]);
    const alone = await report('two-layer', '--steps', '3', '--hidden', '4');
    expect(reports[0].test).toEqual(alone.test);
    expect(readdirSync(pictures).sort()).toEqual(['error.svg', 'loss.svg']);
    const html = readFileSync(page, 'utf8');
    expect(html).toContain('<th scope="row">estimator</th>');
    expect(html).toMatch(
      /<dt>kernel<\/dt><dd>recurrent layers of two-layer, estimator: lstmSequence x 2, own WebAssembly, \d+ threads?, [^<]*<\/dd>/,
    );
  });

  it('one that fails does not keep the others from running, and the exit status is 1', async () => {
    const words = ['compare', 'two-layer-manual', 'one-layer', '--kernel', 'fused', '--steps', '1'];
    const { status, stdout, stderr } = await runProgram(main, words);
    expect(status).toBe(1);
    expect(stdout).toMatch(/\none-layer +\d.*\ntwo-layer-manual +failed\n/);
    expect(stderr).toMatch(
      /^--kernel: expected auto or reference, .*\nNot trained: two-layer-manual \(exit status 2\)\n$/,
    );
  });

  it.each<[string, (pid: number) => void]>([
    ['Ctrl-C, which signals the group of processes', (pid) => process.kill(-pid, 'SIGINT')],
    ['a signal to it alone', (pid) => process.kill(pid, 'SIGINT')],
  ])('%s ends the run under way cleanly, and with it the rest', async (_, stop) => {
    // A step takes long, so that a second signal would come within the same one.
    const words = ['two-layer', 'one-layer', '--steps', '100000', '--hidden', '128', '--batch-size', '8192'];
    const node = [`--import=${telling}`, main, 'compare', ...words];
    const child = spawn(process.execPath, node, { detached: true, env: { RNN_THREADS: '1', ...process.env } });
    const told = new Set<string>();
    child.stderr.on('data', (lines) => {
      for (const [, pid] of `${lines}`.matchAll(/^listens (\d+)$/gm)) {
        if (Number(pid) !== child.pid && !told.has(pid as string)) stop(child.pid as number);
        told.add(pid as string);
      }
    });
    const [stderr, [status]] = await Promise.all([text(child.stderr), once(child, 'close')]);
    expect(status).toBe(130);
    expect(told.size).toBe(2);
    expect(stderr.replace(/^listens .*\n/gm, '')).toMatch(
      /^Stopped by SIGINT after \d+ steps?\.\nStopped by SIGINT after 0 of 2 workloads\.\n$/,
    );
  });
});

describe.skipIf(!hasTerminal)('on a terminal', () => {
  it('Ctrl-Z stops the run of a comparison that is under way too, and fg continues both', async () => {
    const words = ['compare', 'two-layer', 'one-layer', '--steps', '1000000'];
    const shell = spawn('script', ['--quiet', '--return', '--command', 'sh -i', '/dev/null'], {
      env: {
        RNN_THREADS: '1',
        ...process.env,
        CI: undefined,
        TERM: 'xterm',
        ENV: '',
        NODE_OPTIONS: `--import=${telling}`,
      },
    });
    let printed = '';
    shell.stdout.on('data', (bytes) => {
      printed += bytes;
    });
    const pids = () => [...new Set(Array.from(printed.matchAll(/listens (\d+)/g), ([, pid]) => pid as string))];
    // The letter after the name: T is stopped.
    const areStopped = () => pids().map((pid) => / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8')));
    onTestFinished(() => {
      shell.kill();
      for (const pid of pids()) if (existsSync(`/proc/${pid}`)) process.kill(Number(pid), 'SIGKILL');
    });
    let seen = 0;
    const prints = async (what: RegExp) => {
      await expect.poll(() => printed.slice(seen), { timeout: 60_000 }).toMatch(what);
      seen = printed.length;
    };
    const bar = /\/1000000 \| loss /;
    shell.stdin.write(`${[process.execPath, main, ...words].join(' ')}\n`);
    await prints(bar);
    await expect.poll(areStopped).toEqual([false, false]);
    for (const _ of ['once', 'again']) {
      shell.stdin.write('\x1a');
      await expect.poll(areStopped, { timeout: 10_000 }).toEqual([true, true]);
      seen = printed.length;
      shell.stdin.write('fg\n');
      await prints(bar);
      expect(areStopped()).toEqual([false, false]);
    }
    shell.stdin.write('\x03');
    await prints(/Stopped by SIGINT after 0 of 2 workloads\./);
    shell.stdin.write('exit 7\n');
    expect(await once(shell, 'close')).toEqual([7, null]);
  });
});
