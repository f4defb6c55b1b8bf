import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { BasicRNNCell } from '@rnn/cells';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { Trainer } from '../trainer/trainer';
import type { TrainingCallback } from '../trainer/training-callback';
import { type ProgressBarOptions, progressBar } from './progress-bar';

beforeEach(() => {
  vi.stubEnv('CI', '');
  vi.stubEnv('TERM', 'xterm');
});
afterEach(() => void vi.unstubAllEnvs());

/** What a fit of 12 steps writes to a stream with the bar on it. */
async function written(
  options: ProgressBarOptions,
  isTTY: boolean,
  other: TrainingCallback = {},
  columns = 80,
): Promise<string> {
  const stream = Object.assign(new PassThrough({ encoding: 'utf8' }), { isTTY, columns });
  const trainer = new Trainer(sequenceClassifier({ cell: new BasicRNNCell(2), classes: 2 }), {
    loss: softmaxCrossEntropy,
    optimizer: adam(),
    metrics: { accuracy },
  });
  const callbacks = [other, progressBar({ stream, ...options })];
  try {
    await trainer.fit(largerStep(8), { steps: 12, batchSize: 8, callbacks });
  } catch (error) {
    if ((error as Error).message !== 'stop') throw error;
  } finally {
    trainer.dispose();
  }
  return (stream.read() as string | null) ?? '';
}

test('on a terminal the last line tells that all steps are done, with the loss and the metrics, and the line is ended', async () => {
  const text = stripVTControlCharacters(await written({}, true));
  expect(text).toContain('░  0/12');
  expect(text).toMatch(/█ 12\/12 \| loss \d\.\d+ \| accuracy \d\.\d+ \| \d[\d.]* steps\/s \| 0s left\s*\n$/);
});

test('it uses no colours and leaves the cursor and the wrapping of the terminal as they are', async () => {
  const [color, hideCursor, noWrapping] = [/\[[0-9;]*m/, /\[\?25l/, /\[\?7l/];
  const text = await written({}, true);
  for (const code of [color, hideCursor, noWrapping]) expect(text).not.toMatch(code);
});

test('nothing is written on a pipe, where it is switched off, in CI, or on a dumb terminal', async () => {
  expect(await written({}, false)).toBe('');
  expect(await written({ enabled: false }, true)).toBe('');
  vi.stubEnv('CI', 'true');
  expect(await written({}, true)).toBe('');
  vi.stubEnv('CI', 'false');
  vi.stubEnv('TERM', 'dumb');
  expect(await written({}, true)).toBe('');
});

test('a terminal that does not know its size counts as 80 columns wide', async () => {
  expect(stripVTControlCharacters(await written({}, true, {}, 0))).toContain('█ 12/12 | loss');
});

test('when the fit throws the line is ended where it stands', async () => {
  const stop: TrainingCallback = {
    onStep: ({ step }) => {
      if (step === 5) throw new Error('stop');
    },
  };
  expect(stripVTControlCharacters(await written({}, true, stop))).toMatch(/ 5\/12 \| .*\n$/);
});

test('it leaves no listener for Ctrl-C and no timer', async () => {
  const listeners = process.listenerCount('SIGINT');
  const during: TrainingCallback = { onStep: () => expect(process.listenerCount('SIGINT')).toBe(listeners) };
  const timers = () => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  await written({}, true, during);
  // Fewer, where a timer of the test runner's ended meanwhile.
  expect(timers()).toBeLessThanOrEqual(before);
});
