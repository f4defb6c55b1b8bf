import '@rnn/cells/gradients';
import { useBackend } from '@rnn/backends';
import * as cells from '@rnn/cells';
import { beforeAll, describe, expect, it } from 'vitest';
import { asSequence } from './as-sequence';
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

beforeAll(async () => {
  await useBackend('cpu');
});

/** The first case that is so. */
const find = (fits: (golden: SequenceCase) => boolean): SequenceCase =>
  cases.find((golden): golden is SequenceCase => !('optimizer' in golden) && fits(golden)) as SequenceCase;
const cellOf = (golden: SequenceCase): CellSpec => golden.cell as CellSpec;

describe('a case written in another way holds too', () => {
  it('one step by the static runner is one step of the cell', async () => {
    const step = find(({ runner, cell }) => runner.type === 'cell_step' && (cell as CellSpec).type === 'BasicRNNCell');
    expect(await checkCase(asSequence(step, 'static_rnn'))).toMatchObject({ faults: [], outcome: 'passed' });
  });

  const initial = expect.stringMatching(/^initial .*bias/);

  it.each([
    ['of zero', 0, {}],
    ['of a half', 0.5, {}],
    ['that are the initialiser, which float32 rounds', 0.1, { bias_initializer: { type: 'constant', value: 0.1 } }],
  ])('all biases %s may be given to a GRU', async (_, value, options) => {
    const gru = find(({ cell }) => (cell as CellSpec).type === 'GRUCell');
    const weights = gru.weights.map((weight) =>
      weight.name.endsWith('bias') ? { ...weight, data: weight.data.map(() => value) } : weight,
    );
    // The outputs are those of other biases, so that they differ; that the biases are what it began with is not claimed.
    const { faults } = await checkCase({
      ...gru,
      weights,
      cell: { ...cellOf(gru), options: { ...cellOf(gru).options, ...options } },
    });
    expect(faults).not.toContainEqual(initial);
    expect(faults).toContainEqual(expect.stringMatching(/^outputs 0/));
  });

  it('options that are null are left out', async () => {
    const lstm = find(
      ({ cell }) => (cell as CellSpec).type === 'LSTMCell' && !('num_proj' in (cell as CellSpec).options),
    );
    const nulls = { num_proj: null, proj_clip: null, activation: null };
    const cell = { ...cellOf(lstm), options: { ...nulls, ...cellOf(lstm).options } };
    expect(await checkCase({ ...lstm, cell })).toMatchObject({ faults: [], outcome: 'passed' });
  });

  it.each<[string, (golden: SequenceCase) => Record<string, unknown>]>([
    ['parallel_iterations', () => ({ parallel_iterations: 2 })],
    ['swap_memory', () => ({ swap_memory: true })],
    ['dtype', () => ({ dtype: 'float32' })],
    ['time_major, as the field', ({ time_major }) => ({ time_major })],
    ['null', () => ({ scope: null, parallel_iterations: null })],
  ])('the runner option %s', async (_, options) => {
    const both = ['bidirectional_dynamic_rnn', 'static_bidirectional_rnn'];
    const stacked = ['stack_bidirectional_dynamic_rnn', 'stack_bidirectional_rnn'];
    for (const type of ['dynamic_rnn', 'static_rnn', ...both, ...stacked]) {
      const golden = find((golden) => golden.runner.type === type);
      const runner = { type, options: { ...golden.runner.options, ...options(golden) } };
      expect(await checkCase({ ...golden, runner })).toMatchObject({ faults: [], outcome: 'passed' });
    }
  });

  it.each([
    ['unrolled', true],
    ['dtype', 'float16'],
  ])('the runner option %s: %j is not supported, and said to be so', async (name, value) => {
    const golden = find(({ runner }) => runner.type === 'dynamic_rnn');
    expect(await checkCase({ ...golden, runner: { type: 'dynamic_rnn', options: { [name]: value } } })).toMatchObject({
      outcome: 'not supported',
      faults: [`runner option ${name}: ${JSON.stringify(value)}`],
    });
  });
});

describe('a case that does not hold fails', () => {
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
  ])('%s', async (_, changed, fault) => {
    const { outcome, faults } = await checkCase(changed);
    expect(outcome).toBe('failed');
    expect(faults.join('\n')).toContain(fault);
  });

  it('unless its cell, runner or optimiser is not there', async () => {
    const cell = { type: 'NoSuchCell', options: { num_units: 2 } };
    expect(await checkCase({ ...sequence, cell })).toMatchObject({ outcome: 'not supported', faults: ['NoSuchCell'] });
    expect(await checkCase({ ...sequence, runner: { type: 'no_rnn', options: {} } })).toMatchObject({
      outcome: 'not supported',
    });
    expect(await checkCase({ ...training, optimizer: { type: 'no_descent', options: {} } })).toMatchObject({
      outcome: 'not supported',
    });
  });
});
