import { fileURLToPath } from 'node:url';
import { availableBackends } from '@rnn/backends';
import { runProgram } from 'app-common';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/tensorflow-bar.js', import.meta.url));

// At sizes without a bar: whether it is reached is a question of time, which other work beside these tests would answer. pnpm test:release asks it.
it('times TensorFlow where its binding is, or says why not', async () => {
  const { stdout, stderr, status } = await runProgram(program, ['--rounds', '1', '--tiny']);
  const tensorflow = (await availableBackends()).find(({ name }) => name === 'tensorflow');
  if (tensorflow?.present === false) {
    expect(stdout.trim()).toBe(`skipped: ${tensorflow.reason}. ${tensorflow.remedy}`);
  } else {
    expect(stdout).toMatch(/\| train LSTM 4, 4, 4, 4 +\| @rnn/);
    expect(stdout).toMatch(/\| tf.layers +\| +[0-9]/);
  }
  expect(status, stderr).toBe(0);
}, 180_000);
