import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { decodeCheckpoint } from './checkpoint-file';

const program = fileURLToPath(new URL('killed-run.fixture.mjs', import.meta.url));
const backend = process.env.RNN_TEST_BACKEND ?? 'cpu';
/** On each of two backends; `pnpm test:release` asks for more. */
const kills = Number(process.env.RNN_KILLS ?? 10);
/** A run gets no further than so many steps before it is killed, so that it cannot reach the last one. */
const mostSteps = 12;
const lastStep = kills * mostSteps;

/** When a run is killed: so many steps after it began, and so many milliseconds. A step takes a few, most of them to write its checkpoint. */
interface Moment {
  readonly steps: number;
  readonly ms: number;
}

/** Runs the program, to its end or until a moment; gives what it told, a line each. */
function run(folder: string, optimizer: string, moment?: Moment): Promise<string[]> {
  const child = spawn(process.execPath, [program, folder, backend, optimizer, `${lastStep}`], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const lines: string[] = [];
  const errors: string[] = [];
  child.stderr.on('data', (text) => errors.push(`${text}`));
  createInterface(child.stdout).on('line', (line) => {
    lines.push(line);
    if (lines.length === 1 + (moment?.steps ?? Number.POSITIVE_INFINITY))
      setTimeout(() => child.kill('SIGKILL'), moment?.ms);
  });
  return new Promise((resolve, reject) => {
    child.on('close', (status, signal) => {
      const isExpected = moment === undefined ? status === 0 : signal === 'SIGKILL';
      if (isExpected) resolve(lines);
      else reject(new Error(`${program} ended with ${status ?? signal}: ${errors.join('')}`));
    });
  });
}

const stepsIn = (folder: string): number[] =>
  readdirSync(folder).flatMap((name) => {
    return /^checkpoint-\d+\.safetensors$/.test(name)
      ? [decodeCheckpoint(readFileSync(join(folder, name))).state.step]
      : [];
  });

/** What the logs tell of each step, but for the seconds. */
const logged = (folder: string): string[] =>
  ['log.csv', 'log.jsonl'].map((name) =>
    readFileSync(join(folder, name), 'utf8')
      .replaceAll(/^(\d+,\d+),[^,]*/gm, '$1')
      .replaceAll(/"seconds":[^,]*,/g, ''),
  );

test.each(backend === 'cpu' ? ['Adam'] : ['Momentum'])(
  `killed at ${kills} random moments, a run with dropout, zoneout and %s ends as one that was not, to the bit and to the row of its logs, and no file is half written`,
  async (optimizer) => {
    const [killed, whole] = ['killed', 'whole'].map((name) => mkdtempSync(join(tmpdir(), `${name}-run-`)));
    const reference = run(whole as string, optimizer);
    const folder = killed as string;
    const moments: Moment[] = [];
    let newest = 0;
    for (let k = 0; k < kills; k++) {
      const moment = { steps: Math.floor(4 * Math.random()), ms: 8 * Math.random() };
      moments.push(moment);
      const lines = await run(folder, optimizer, moment);
      // It went on from the newest checkpoint, the one after which it had been killed or one step later.
      if (lines.length > 1) expect(lines[1], JSON.stringify(moments)).toBe(`${newest + 1}`);
      newest = Math.max(0, ...stepsIn(folder));
      expect(newest, JSON.stringify(moments)).toBeGreaterThanOrEqual(Number(lines.at(-2) ?? 0) || 0);
    }
    const last = await run(folder, optimizer);
    expect(last[1]).toBe(`${newest + 1}`);
    expect(last.at(-1), JSON.stringify(moments)).toMatch(/^weights [\da-f]{64}$/);
    expect(last.at(-1), JSON.stringify(moments)).toBe((await reference).at(-1));
    const logs = logged(whole as string);
    expect(logs.map((text) => text.trimEnd().split('\n').length)).toEqual([1 + lastStep / 2, lastStep / 2]);
    expect(logged(folder), JSON.stringify(moments)).toEqual(logs);
    // Nor is anything of the killed runs left.
    for (const each of [folder, whole as string]) {
      const expected = [2, 1, 0].map((k) => `checkpoint-${lastStep - k}.safetensors`);
      expect(readdirSync(each).sort()).toEqual([...expected.sort(), 'log.csv', 'log.jsonl']);
      rmSync(each, { recursive: true });
    }
  },
  60_000 * kills,
);
