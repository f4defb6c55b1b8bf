import { mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { examine } from './examine';
import { workingTrial } from './working-trial';

let project: string;
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'examine-')));
});
afterEach(() => rmSync(project, { recursive: true }));

/** Examines cpu by a program of the test's own. */
function examineBy(program: string, timeoutMs = 20_000) {
  const script = join(project, 'try.mjs');
  writeFileSync(script, program);
  return examine('cpu', { script, project, timeoutMs });
}
const remedy = 'Install @rnn/backends again, with its dependencies.';
const sendThen = (trial: object, then = '') =>
  `process.send(${JSON.stringify(trial)}, () => { process.disconnect(); ${then} });`;
const send = sendThen(workingTrial());

it('gives what the process found', async () => {
  expect(await examineBy(send)).toEqual(workingTrial());
});

it('names the backend to it, and runs it in the folder of the project', async () => {
  const trial = await examineBy(
    "process.send({ reason: process.argv[2] + ' in ' + process.cwd() }, () => process.disconnect());",
  );
  expect(trial).toEqual({ reason: `cpu in ${project}` });
});

it('tells of one that a native library aborts, with the last that it said', async () => {
  expect(
    await examineBy("console.error('first\\ncheck failed: no device'); process.kill(process.pid, 'SIGABRT');"),
  ).toEqual({
    state: 'broken',
    reason: 'cpu ends its process with SIGABRT (check failed: no device)',
    remedy,
  });
});

it('tells of one that ends without a word', async () => {
  expect(await examineBy('process.exit(3);')).toEqual({
    state: 'broken',
    reason: 'cpu ends its process with status 3',
    remedy,
  });
});

it('tells of one that hangs, and ends it', async () => {
  expect(await examineBy('setInterval(() => {}, 1000);', 500)).toEqual({
    state: 'broken',
    reason: 'cpu does not answer in 0.5 s',
    remedy,
  });
});

it('tells of one that computes and does not end', async () => {
  expect(await examineBy(`${send} setInterval(() => {}, 1000);`, 2000)).toEqual({
    state: 'broken',
    reason: 'cpu computes, and its process does not end by itself',
    remedy,
  });
});

it.each([
  ["process.kill(process.pid, 'SIGSEGV')", 'SIGSEGV'],
  ["console.error('terminate called'); process.exit(3)", 'status 3 (terminate called)'],
])('tells of one that computes and crashes as it ends (%#)', async (then, end) => {
  expect(await examineBy(sendThen(workingTrial(), then))).toEqual({
    state: 'broken',
    reason: `cpu computes, and its process then ends with ${end}`,
    remedy,
  });
});

it('lets one that does not work say why itself, however it ends', async () => {
  const absent = { state: 'absent', reason: 'it is not here', remedy: 'Get it.' };
  expect(await examineBy(sendThen(absent, "process.kill(process.pid, 'SIGSEGV')"))).toEqual(absent);
});
