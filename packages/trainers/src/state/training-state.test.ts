import {
  BasicLSTMCell,
  DropoutWrapper,
  GRUCell,
  LayerNormBasicLSTMCell,
  LSTMCell,
  type RNNCell,
  ZoneoutWrapper,
} from '@rnn/cells';
import { memory, scalar, type Variable } from '@tensorflow/tfjs-core';
import { expectNoLeak } from 'testing';
import { expect, test } from 'vitest';
import { largerStep } from '../examples-of.fixture';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import { sequenceClassifier } from '../models/sequence-classifier';
import type { SequenceModelOptions } from '../models/sequence-model';
import { adagrad } from '../optimizers/adagrad';
import { adam } from '../optimizers/adam';
import { gradientDescent } from '../optimizers/gradient-descent';
import { momentum } from '../optimizers/momentum';
import type { Optimizer } from '../optimizers/optimizer';
import { rmsProp } from '../optimizers/rms-prop';
import { Trainer } from '../trainer/trainer';
import type { CallbackState, TrainingCallback } from '../trainer/training-callback';
import type { TrainingState } from './training-state';

const examples = largerStep(50);
const fitOptions = { batchSize: 8, reportEvery: 1 };

interface Parts {
  readonly model: () => SequenceModelOptions;
  readonly optimizer: () => Optimizer;
  readonly seed?: number | undefined;
}

const trainerOf = ({ model, optimizer, seed = 3 }: Parts) =>
  new Trainer(sequenceClassifier({ ...model(), classes: 2 }), {
    ...{ loss: softmaxCrossEntropy, optimizer: optimizer(), metrics: { accuracy }, seed },
  });

const values = (variables: ReadonlyMap<string, Variable>) =>
  Object.fromEntries([...variables].map(([name, variable]) => [name, [...variable.dataSync()]]));

/** All of a trainer that the next steps follow from, or that a person reads. */
const everythingOf = ({ model, optimizer, step, seed, reports }: Trainer<'accuracy'>) => ({
  ...{ step, seed, reports: [...reports], iterations: optimizer.iterations },
  ...{ weights: values(model.variables), slots: values(optimizer.slots), streams: model.streams?.states() },
});

/** Twelve steps at once, and five, whose state is data, then seven more in a new trainer: 6 batches an epoch. */
async function wholeAndResumed(parts: Parts) {
  const whole = trainerOf(parts);
  await whole.fit(examples, { ...fitOptions, steps: 12 });
  const first = trainerOf(parts);
  await first.fit(examples, { ...fitOptions, steps: 5 });
  const state = structuredClone(await first.state());
  const resumed = trainerOf(parts);
  resumed.restore(state);
  const atRestore = everythingOf(resumed);
  const before = everythingOf(first);
  await resumed.fit(examples, { ...fitOptions, maxSteps: 12 });
  const ends = [whole, resumed].map(everythingOf);
  for (const trainer of [whole, first, resumed]) trainer.dispose();
  return { ends, atRestore, before };
}

const drops = (cell: RNNCell) =>
  new DropoutWrapper(cell, { inputKeepProb: 0.8, outputKeepProb: 0.7, stateKeepProb: 0.9 });
const models: Record<string, () => SequenceModelOptions> = {
  'an LSTM, fused': () => ({ cell: new BasicLSTMCell(4), kernel: 'fused' }),
  'an LSTM out of stock operations': () => ({ cell: new BasicLSTMCell(4), kernel: 'reference' }),
  'an LSTM with peepholes and projection, unrolled by the static runner': () => ({
    ...{ cell: new LSTMCell(4, { usePeepholes: true, numProj: 3 }), runner: 'static' },
  }),
  'a GRU whose inputs, outputs and state are dropped': () => ({ cell: drops(new GRUCell(4)) }),
  'dropout within dropout, one with a seed of its own': () => ({
    cell: drops(new DropoutWrapper(drops(new BasicLSTMCell(4)), { inputKeepProb: 0.6, seed: 11 })),
  }),
  'variational dropout': () => ({
    cell: new DropoutWrapper(new LSTMCell(4), { stateKeepProb: 0.6, variationalRecurrent: true }),
  }),
  zoneout: () => ({ cell: new ZoneoutWrapper(new LSTMCell(4), { zoneoutCell: 0.5, zoneoutOutput: 0.2 }) }),
  'an LSTM with layer norm and dropout': () => ({ cell: new LayerNormBasicLSTMCell(4, { dropoutKeepProb: 0.6 }) }),
  'layers both ways, with dropout': () => ({
    cell: [drops(new GRUCell(4)), drops(new LSTMCell(3))],
    backwardCell: [drops(new GRUCell(4)), drops(new LSTMCell(3))],
  }),
};

for (const [name, model] of Object.entries(models)) {
  test(`five steps, and seven more in a new trainer, are twelve to the bit: ${name}`, async () => {
    const { numTensors } = memory();
    const { ends, atRestore, before } = await wholeAndResumed({ model, optimizer: () => adam(0.02) });
    expect(atRestore).toEqual(before);
    expect(ends[1]).toEqual(ends[0]);
    expect(ends[0]?.weights).not.toEqual(before.weights);
    expect(memory().numTensors).toBe(numTensors);
  });
}

const optimizers: Record<string, () => Optimizer> = {
  'Adam, fused': () => adam(0.02, { kernel: 'fused' }),
  'Adam out of stock operations': () => adam(0.02, { kernel: 'reference' }),
  Adagrad: () => adagrad(0.1),
  Momentum: () => momentum(0.05, 0.9),
  'Momentum of Nesterov': () => momentum(0.05, 0.9, { useNesterov: true, kernel: 'reference' }),
  RMSProp: () => rmsProp(0.01, { momentum: 0.5 }),
  'RMSProp, centered': () => rmsProp(0.01, { centered: true }),
  'gradient descent': () => gradientDescent(0.1),
};
for (const [name, optimizer] of Object.entries(optimizers)) {
  test(`the same with ${name}`, async () => {
    const { ends, atRestore, before } = await wholeAndResumed({
      model: () => ({ cell: drops(new BasicLSTMCell(4)) }),
      optimizer,
    });
    expect(atRestore).toEqual(before);
    expect(ends[1]).toEqual(ends[0]);
  });
}

const lstm: Parts = { model: () => ({ cell: new BasicLSTMCell(4) }), optimizer: () => adam(0.02) };

/** The state after three steps. */
async function stateOf(parts: Parts = lstm, callbacks: readonly TrainingCallback[] = []): Promise<TrainingState> {
  const trainer = trainerOf(parts);
  await trainer.fit(examples, { ...fitOptions, steps: 3, callbacks });
  const state = await trainer.state(callbacks);
  trainer.dispose();
  return state;
}

test('a state is plain data, a copy, by TensorFlow’s names', async () => {
  const trainer = trainerOf({ ...lstm, model: () => ({ cell: drops(new BasicLSTMCell(4)) }) });
  await trainer.fit(examples, { ...fitOptions, steps: 2 });
  const before = memory().numTensors;
  const state = await trainer.state();
  expect(memory().numTensors).toBe(before);
  const copy = structuredClone(state);
  await trainer.fit(examples, { ...fitOptions, steps: 1 });
  expect(state).toEqual(copy);
  expect(state).toMatchObject({ step: 2, seed: 3, inputShape: [2, 1], optimizer: { name: 'Adam', iterations: 2 } });
  const names = ['rnn/basic_lstm_cell/kernel', 'rnn/basic_lstm_cell/bias', 'dense/kernel', 'dense/bias'];
  expect([...state.variables.keys()]).toEqual(names);
  expect([...state.optimizer.slots.keys()]).toEqual(names.flatMap((name) => [`${name}/Adam`, `${name}/Adam_1`]));
  expect(state.variables.get('dense/kernel')).toEqual({ shape: [4, 2], values: expect.any(Float32Array) });
  expect(Object.keys(state.streams)).toEqual(['rnn/dropout/input_0', 'rnn/dropout/output_0', 'rnn/dropout/state_1']);
  expect(state.reports.map(({ step }) => step)).toEqual([1, 2]);
  expect(state.reports[0]?.metrics).toEqual({ accuracy: expect.any(Number) });
  trainer.dispose();
});

test('a trainer without a seed takes that of the state, and so the same examples', async () => {
  const trainer = new Trainer(sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 }), {
    ...{ loss: softmaxCrossEntropy, optimizer: adam(0.02) },
  });
  trainer.restore(await stateOf());
  expect(trainer.seed).toBe(3);
  const whole = trainerOf(lstm);
  await whole.fit(examples, { ...fitOptions, steps: 5 });
  await trainer.fit(examples, { ...fitOptions, steps: 2 });
  expect(values(trainer.model.variables)).toEqual(values(whole.model.variables));
  for (const each of [trainer, whole]) each.dispose();
});

test('a trainer goes back to a state of its own', async () => {
  const trainer = trainerOf({ ...lstm, model: models.zoneout as Parts['model'] });
  await trainer.fit(examples, { ...fitOptions, steps: 3 });
  const [state, before] = [await trainer.state(), everythingOf(trainer)];
  await trainer.fit(examples, { ...fitOptions, steps: 2 });
  const after = everythingOf(trainer);
  expectNoLeak(() => trainer.restore(state));
  expect(everythingOf(trainer)).toEqual(before);
  await trainer.fit(examples, { ...fitOptions, steps: 2 });
  expect(everythingOf(trainer)).toEqual(after);
  trainer.dispose();
});

test('when as many steps were made as maxSteps asks for, fit makes none, tells its callbacks, and evaluates', async () => {
  const trainer = trainerOf(lstm);
  trainer.restore(await stateOf());
  const told: string[] = [];
  const callback: TrainingCallback = {
    onTrainBegin: ({ step, steps }) => void told.push(`begin ${step}/${steps}`),
    onStep: () => void told.push('step'),
    onStepEnd: () => void told.push('step end'),
    onTrainEnd: () => void told.push('end'),
  };
  const result = await trainer.fit(examples, {
    ...fitOptions,
    maxSteps: 3,
    callbacks: [callback],
    validation: examples,
  });
  expect(told).toEqual(['begin 3/3', 'end']);
  expect(result).toMatchObject({ steps: 0, epochs: 0, loss: [], msPerStep: { median: Number.NaN, min: Number.NaN } });
  expect(result.validation?.examples).toBe(50);
  trainer.dispose();
});

/** Counts steps, and remembers the sum of the losses in a tensor. */
class LossSum implements TrainingCallback {
  steps = 0;
  sum = 0;

  constructor(readonly name = 'loss_sum') {}

  async onStep({ measure }: { measure(): Promise<{ loss: number }> }): Promise<void> {
    this.steps++;
    this.sum = Math.fround(this.sum + (await measure()).loss);
  }

  getState(): CallbackState {
    this.#sum?.dispose();
    this.#sum = scalar(this.sum);
    return { values: { steps: this.steps }, tensors: new Map([['sum', this.#sum]]) };
  }

  setState({ values: { steps }, tensors }: CallbackState): void {
    this.steps = steps as number;
    this.sum = tensors.get('sum')?.dataSync()[0] as number;
  }

  dispose(): void {
    this.#sum?.dispose();
  }

  #sum: ReturnType<typeof scalar> | undefined;
}

test('what callbacks remember is saved under their names, and the next fit hands it to them, once', async () => {
  const { numTensors } = memory();
  const [saved, resumed, whole, other] = [new LossSum(), new LossSum(), new LossSum(), new LossSum('other')];
  const state = structuredClone(await stateOf(lstm, [saved, {}]));
  expect(state.callbacks.get('loss_sum')).toEqual({
    values: { steps: 3 },
    tensors: new Map([['sum', { shape: [], values: new Float32Array([saved.sum]) }]]),
  });
  const [trainer, once] = [trainerOf(lstm), trainerOf(lstm)];
  await once.fit(examples, { ...fitOptions, steps: 7, callbacks: [whole] });
  trainer.restore(state);
  await trainer.fit(examples, { ...fitOptions, steps: 4, callbacks: [other, resumed] });
  expect([resumed.steps, resumed.sum]).toEqual([7, whole.sum]);
  expect(other.steps).toBe(4);
  await trainer.fit(examples, { ...fitOptions, steps: 1, callbacks: [resumed] });
  expect(resumed.steps).toBe(8);
  for (const each of [trainer, once, saved, resumed, whole, other]) each.dispose();
  expect(memory().numTensors).toBe(numTensors);
});

test('callbacks whose states could not be told apart are refused', async () => {
  await expect(stateOf(lstm, [new LossSum(), new LossSum()])).rejects.toThrow(
    'state: expected callbacks of different names, got loss_sum twice',
  );
  const nameless: TrainingCallback = { getState: () => ({ values: {}, tensors: new Map() }) };
  await expect(stateOf(lstm, [nameless])).rejects.toThrow(
    'state: expected a callback with getState to have a name, got none',
  );
});

const others: [string, Partial<Parts>, string][] = [
  [
    'another cell',
    { model: () => ({ cell: new GRUCell(4) }) },
    'restore: expected rnn/gru_cell/gates/kernel [5, 8], got rnn/basic_lstm_cell/kernel. It is the state of another model.',
  ],
  [
    'another width',
    { model: () => ({ cell: new BasicLSTMCell(5) }) },
    'restore: expected rnn/basic_lstm_cell/kernel [6, 20], got [5, 16]. It is the state of another model.',
  ],
  [
    'another optimiser',
    { optimizer: () => adagrad(0.1) },
    'Adagrad.restore: expected the state of Adagrad, got that of Adam',
  ],
  ['another seed', { seed: 4 }, 'restore: expected the state of a run with seed 4, got seed 3'],
];
test.each(others)('the state of %s is refused, and the trainer is as it was', async (_, parts, text) => {
  const state = await stateOf();
  const [fresh, used] = [trainerOf({ ...lstm, ...parts }), trainerOf({ ...lstm, ...parts })];
  await used.fit(examples, { ...fitOptions, steps: 1 });
  const before = everythingOf(used);
  for (const trainer of [fresh, used]) expect(() => expectNoLeak(() => trainer.restore(state))).toThrow(text);
  expect(everythingOf(used)).toEqual(before);
  expect(fresh.model.variables.size).toBe(0);
  for (const trainer of [fresh, used]) trainer.dispose();
});

test('slots of RMSProp that is centered are not those of one that is not, nor the other way round', async () => {
  const [plain, centered] = [() => rmsProp(0.1), () => rmsProp(0.1, { centered: true })];
  const restore = async (from: () => Optimizer, to: () => Optimizer) => {
    const trainer = trainerOf({ ...lstm, optimizer: to });
    trainer.restore(await stateOf({ ...lstm, optimizer: from }));
  };
  const kernel = 'rnn/basic_lstm_cell/kernel/RMSProp_2';
  await expect(restore(plain, centered)).rejects.toThrow(
    `RMSProp.restore: expected ${kernel} [5, 16], got none. It is the state of another model.`,
  );
  await expect(restore(centered, plain)).rejects.toThrow(`got ${kernel} besides. It is the state of another model.`);
});

test('a state of a model that draws is refused by one that does not', async () => {
  const state = await stateOf({ ...lstm, model: () => ({ cell: drops(new BasicLSTMCell(4)) }) });
  const model = sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });
  const bare = {
    get variables() {
      return model.variables;
    },
    build: model.build.bind(model),
    apply: model.apply.bind(model),
    dispose: model.dispose.bind(model),
  };
  const trainer = new Trainer(bare, { loss: softmaxCrossEntropy, optimizer: adam() });
  expect(() => expectNoLeak(() => trainer.restore(state))).toThrow(
    'restore: expected a model with streams, as the saved one was, got one without',
  );
});

test('a trainer that has seen nothing has no state, and one that is busy takes none', async () => {
  const trainer = trainerOf(lstm);
  await expect(trainer.state()).rejects.toThrow('state: expected a trainer that has seen examples, got a new one');
  const state = await stateOf();
  const busy = trainer.fit(examples, { ...fitOptions, steps: 1 });
  expect(() => trainer.restore(state)).toThrow(
    'restore: expected a trainer that is idle, got one in a call. Await it first.',
  );
  await busy;
  trainer.dispose();
});

test('what is no state, as where there was no checkpoint, is told', () => {
  const trainer = trainerOf(lstm);
  expect(() => trainer.restore(undefined as never)).toThrow(
    'restore: expected the state of a run, got undefined. Without a checkpoint there is nothing to restore.',
  );
});
