import '@rnn/cells/gradients';
import { availableBackends, useBackend } from '@rnn/backends';
import * as cells from '@rnn/cells';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { checkCase } from './check-case';
import {
  type CellSpec,
  type GoldenCase,
  goldenFolder,
  readGoldenCases,
  type SequenceCase,
  type TrainingCase,
  type Values,
} from './golden-case';

const cases = readGoldenCases(goldenFolder());
const present = (await availableBackends()).filter((backend) => backend.present);

describe.each(present.map(({ name }) => name))('golden vectors on %s', (backend) => {
  beforeAll(async () => {
    await useBackend(backend);
  });

  for (const golden of cases) {
    it(golden.name, ({ skip }) => {
      const before = memory().numTensors;
      const { outcome, faults } = checkCase(golden);
      expect(memory().numTensors, 'live tensors').toBe(before);
      if (outcome === 'not supported') skip(`not supported: ${faults.join()}`);
      expect(faults).toEqual([]);
    });
  }
});

describe('a case that does not hold fails', () => {
  beforeAll(async () => {
    await useBackend('cpu');
  });

  const isTraining = (golden: GoldenCase): golden is TrainingCase => 'optimizer' in golden;
  // One of a cell that is here, whose outputs and final state are a tensor each.
  const sequence = cases.find(
    (golden) =>
      !isTraining(golden) &&
      golden.runner.type === 'dynamic_rnn' &&
      (golden.cell as CellSpec).type in cells &&
      'data' in golden.final_state,
  ) as SequenceCase;
  const training = cases.find(isTraining) as TrainingCase;
  /** The values with one of them off by a thousandth of the largest. */
  const off = <V extends Values>(values: V): V => {
    const at = Math.floor(values.data.length / 2);
    const largest = Math.max(...values.data.map(Math.abs));
    return { ...values, data: values.data.map((value, i) => (i === at ? value + largest / 1000 : value)) };
  };
  const offFirst = <V extends Values>([first, ...rest]: readonly V[]): V[] => [off(first as V), ...rest];
  const { gradients } = sequence;

  it.each<[string, GoldenCase, string]>([
    ['an output', { ...sequence, outputs: off(sequence.outputs as Values) }, 'outputs 0'],
    ['a final state', { ...sequence, final_state: off(sequence.final_state as Values) }, 'final state 0'],
    ['the loss', { ...sequence, loss: { ...sequence.loss, value: sequence.loss.value + 1 } }, 'loss'],
    [
      'an input gradient',
      { ...sequence, gradients: { ...gradients, inputs: off(gradients.inputs as Values) } },
      'gradient of inputs',
    ],
    [
      'a weight gradient',
      { ...sequence, gradients: { ...gradients, weights: offFirst(gradients.weights) } },
      'gradient of rnn/',
    ],
    ['a weight', { ...sequence, weights: offFirst(sequence.weights) }, 'outputs 0'],
    [
      'a name',
      { ...sequence, weights: sequence.weights.map((weight) => ({ ...weight, name: `x/${weight.name}` })) },
      'variables',
    ],
    [
      'a variable too many',
      { ...sequence, weights: [...sequence.weights, { name: 'more', shape: [1], data: [0] }] },
      'variables',
    ],
    ['a loss in training', { ...training, losses: training.losses.map((loss) => loss * 1.001) }, 'losses'],
    ['a trained weight', { ...training, final_weights: offFirst(training.final_weights) }, 'final'],
    [
      'a first gradient',
      { ...training, first_step_gradients: offFirst(training.first_step_gradients) },
      'first gradient',
    ],
  ])('%s', (_, changed, fault) => {
    const { outcome, faults } = checkCase(changed);
    expect(outcome).toBe('failed');
    expect(faults.join('\n')).toContain(fault);
  });

  it('unless its cell, runner or optimiser is not there', () => {
    const cell = { type: 'NoSuchCell', options: { num_units: 2 } };
    expect(checkCase({ ...sequence, cell })).toMatchObject({ outcome: 'not supported', faults: ['NoSuchCell'] });
    expect(checkCase({ ...sequence, runner: { type: 'no_rnn', options: {} } })).toMatchObject({
      outcome: 'not supported',
    });
    expect(checkCase({ ...training, optimizer: { type: 'no_descent', options: {} } })).toMatchObject({
      outcome: 'not supported',
    });
  });
});
