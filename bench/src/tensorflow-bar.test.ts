import { fileURLToPath } from 'node:url';
import { availableBackends } from '@rnn/backends';
import { runProgram } from 'app-common';
import { expect, it } from 'vitest';

const program = fileURLToPath(new URL('../dist/tensorflow-bar.js', import.meta.url));

// What it finds is a question of time, and other work beside these tests would answer it; pnpm test:release asks it.
it('times TensorFlow where its binding is, or says why not', async () => {
  const { stdout, stderr, status } = await runProgram(program, ['--rounds', '1']);
  const tensorflow = (await availableBackends()).find(({ name }) => name === 'tensorflow');
  if (tensorflow?.present === false) {
    expect(stdout.trim()).toBe(`skipped: ${tensorflow.reason}. ${tensorflow.remedy}`);
    expect(status).toBe(0);
  } else {
    expect(stdout).toMatch(/\| train LSTM 128, 28, 28, 128 +\| @rnn/);
    expect(stdout).toMatch(/\| tf.layers +\| +[0-9]/);
    expect(status, stderr).toBe(stdout.includes('missed') ? 1 : 0);
  }
});
