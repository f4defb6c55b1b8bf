import '@rnn/cells/gradients';
import { memory } from '@tensorflow/tfjs-core';
import { describe, expect, it } from 'vitest';
import { asSequence } from './as-sequence';
import { checkCase } from './check-case';
import { type CellSpec, goldenFolder, readGoldenCases, type SequenceCase } from './golden-case';

const cases = readGoldenCases(goldenFolder());

describe('golden vectors', () => {
  for (const golden of cases) {
    it(golden.name, async ({ skip }) => {
      const before = memory().numTensors;
      const { outcome, faults } = await checkCase(golden);
      expect(memory().numTensors, 'live tensors').toBe(before);
      if (outcome === 'not supported') skip(`not supported: ${faults.join()}`);
      expect(faults).toEqual([]);
    });
  }
});

it('every LSTMCell runs as one operation, peepholes, projection and clips too', async () => {
  const isTanhLstm = ({ type, options }: CellSpec): boolean =>
    type === 'LSTMCell' && (options.activation ?? 'tanh') === 'tanh';
  const lstms = cases
    .filter((golden): golden is SequenceCase => !('optimizer' in golden))
    .filter(({ cell }) => ('fw' in cell ? [cell.fw, cell.bw].flat() : [cell]).every(isTanhLstm));
  for (const golden of lstms) {
    const sequence = golden.runner.type === 'cell_step' ? asSequence(golden, 'dynamic_rnn') : golden;
    const runner = { ...sequence.runner, options: { ...sequence.runner.options, kernel: 'fused' } };
    expect(await checkCase({ ...sequence, runner }), golden.name).toMatchObject({ faults: [], outcome: 'passed' });
  }
  expect(lstms.length).toBeGreaterThan(40);
});
