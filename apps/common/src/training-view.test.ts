import type { ReportInfo, Trainer, TrainingCallback } from '@rnn/trainers';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { trainingView } from './training-view';

const { isTTY } = process.stderr;
const printed: string[] = [];
beforeEach(() => {
  printed.length = 0;
  vi.stubEnv('CI', '');
  vi.stubEnv('TERM', 'xterm');
  process.stderr.isTTY = true;
  vi.spyOn(console, 'log').mockImplementation((line: string) => void printed.push(`${line}\n`));
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    printed.push(`${text}`);
    return true;
  });
});
afterEach(() => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  process.stderr.isTTY = isTTY;
});

const position = {
  ...{ step: 3, steps: 10, epoch: 0 },
  // What the view has no use for.
  ...{ trainer: undefined as unknown as Trainer<string>, options: { batchSize: 1 }, stop: () => {} },
};
const report: ReportInfo = { ...position, loss: 0.5, metrics: { accuracy: 0.25 } };
const tell = async (callbacks: readonly TrainingCallback[]): Promise<void> => {
  for (const callback of callbacks) await callback.onTrainBegin?.(position);
  for (const callback of callbacks) await callback.onReport?.(report);
};
const reportLine = 'step 3/10  loss 0.5000  accuracy 0.2500\n';

it.each<[string, () => void]>([
  ['in a pipe', () => Object.assign(process.stderr, { isTTY: false })],
  ['on a terminal in CI', () => vi.stubEnv('CI', 'true')],
  ['on a terminal that can do nothing', () => vi.stubEnv('TERM', 'dumb')],
])('%s there is a line for each report and no bar', async (_, arrange) => {
  arrange();
  const { say, callbacks } = trainingView({ quiet: false });
  await tell(callbacks);
  say('step 3: accuracy 0.5');
  expect(printed).toEqual([reportLine, 'step 3: accuracy 0.5\n']);
});

it('on a terminal there is a bar; a line said meanwhile takes its place, one said before or after is plain', async () => {
  const { say, callbacks } = trainingView({ quiet: false });
  say('before');
  expect(printed).toEqual(['before\n']);
  await tell(callbacks);
  expect(printed).not.toContain(reportLine);
  expect(printed.join('')).toContain('3/10');
  printed.length = 0;
  say('meanwhile');
  expect(printed).toEqual(['\r\x1b[K', 'meanwhile\n', '\x1b7']);
  for (const callback of callbacks) await callback.onTrainEnd?.(position);
  printed.length = 0;
  say('after');
  expect(printed).toEqual(['after\n']);
});

it('nothing when it shall be quiet', async () => {
  const { say, callbacks } = trainingView({ quiet: true });
  say('hello');
  await tell(callbacks);
  expect(printed).toEqual([]);
});
