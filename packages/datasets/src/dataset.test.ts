import { expect, test } from 'vitest';
import type { Batch } from './batch';
import { OneHotColumn } from './columns/one-hot-column';
import { PixelColumn } from './columns/pixel-column';
import { rowsColumn } from './columns/rows-column';
import { valuesColumn } from './columns/values-column';
import { Dataset, type DatasetOptions } from './dataset';
import { saying } from './dataset-error.fixture';

/** Example i has inputs [i, i + 0.5] and target 100 + i, so that a batch tells which examples it holds. */
function numbered(size: number, options?: DatasetOptions): Dataset {
  const inputs = Float32Array.from({ length: 2 * size }, (_, i) => i / 2);
  const targets = Int32Array.from({ length: size }, (_, i) => 100 + i);
  return new Dataset(valuesColumn(inputs, [2]), valuesColumn(targets, []), options);
}

/** Which examples a batch holds; fails when its inputs and targets belong to different ones. */
function examples({ size, inputs, targets }: Batch): number[] {
  const held = [...targets].map((target) => target - 100);
  expect([...inputs]).toEqual(held.flatMap((i) => [i, i + 0.5]));
  expect(held).toHaveLength(size);
  return held;
}

const upTo = (size: number) => Array.from({ length: size }, (_, i) => i);
const sorted = (numbers: readonly number[]) => [...numbers].sort((a, b) => a - b);

test('tells its size, shapes and seed, and holds everything in order', () => {
  const set = numbered(5, { seed: 9 });
  expect(set).toMatchObject({ size: 5, inputShape: [2], targetShape: [], seed: 9 });
  expect(examples({ size: 5, inputs: set.inputs, targets: set.targets })).toEqual(upTo(5));
});

test('inputs and targets are copied out once', () => {
  const set = numbered(5);
  expect(set.inputs).toBe(set.inputs);
  expect(set.targets).toBe(set.targets);
});

test('refuses inputs and targets of different counts', () => {
  const three = valuesColumn(new Float32Array(3), []);
  expect(() => new Dataset(three, three.slice(0, 2))).toThrow('Dataset: expected as many targets as inputs (3), got 2');
});

test('without a seed it draws one and tells it, so that the run can be repeated', () => {
  const set = numbered(20);
  expect(examples(numbered(20, { seed: set.seed }).nextBatch(20))).toEqual(examples(set.nextBatch(20)));
});

test('nextBatch visits every example once an epoch, each epoch in another order', () => {
  const set = numbered(12, { seed: 1 });
  const epochs = upTo(3).map(() => upTo(3).flatMap(() => examples(set.nextBatch(4))));
  for (const epoch of epochs) expect(sorted(epoch)).toEqual(upTo(12));
  expect(new Set(epochs.map(String)).size).toBe(3);
});

test('a batch over the end of an epoch holds the rest of the old and the start of the new', () => {
  const set = numbered(10, { seed: 1 });
  const drawn = upTo(5).flatMap(() => examples(set.nextBatch(4)));
  expect(drawn).toHaveLength(20);
  expect(sorted(drawn.slice(0, 10))).toEqual(upTo(10));
  expect(sorted(drawn.slice(10))).toEqual(upTo(10));
});

test('a batch may be larger than the set', () => {
  const drawn = examples(numbered(3, { seed: 1 }).nextBatch(8));
  expect(sorted(drawn.slice(0, 3))).toEqual(upTo(3));
  expect(sorted(drawn.slice(3, 6))).toEqual(upTo(3));
  expect(drawn).toHaveLength(8);
});

test('the batch size does not change the order of the examples', () => {
  const [byTwo, byFive] = [numbered(10, { seed: 1 }), numbered(10, { seed: 1 })];
  expect(upTo(10).flatMap(() => examples(byTwo.nextBatch(2)))).toEqual(
    upTo(4).flatMap(() => examples(byFive.nextBatch(5))),
  );
});

test('nextBatch without shuffling goes round in the order stored', () => {
  const set = numbered(3);
  expect(examples(set.nextBatch(4, { shuffle: false }))).toEqual([0, 1, 2, 0]);
  expect(examples(set.nextBatch(3, { shuffle: false }))).toEqual([1, 2, 0]);
});

test('the same seed draws the same batches, another seed others', () => {
  const draw = (seed: number) => examples(numbered(50, { seed }).nextBatch(120));
  expect(draw(7)).toEqual(draw(7));
  expect(draw(8)).not.toEqual(draw(7));
});

test('a run taken up at a position draws what the unbroken run draws', () => {
  const [unbroken, resumed] = [numbered(10, { seed: 1 }), numbered(10, { seed: 1 })];
  for (let step = 0; step < 9; step++) unbroken.nextBatch(4);
  expect(unbroken.position).toBe(36);
  resumed.seek(36);
  expect(examples(resumed.nextBatch(7))).toEqual(examples(unbroken.nextBatch(7)));
});

test('batches goes through an epoch in order, the last batch smaller', () => {
  const batches = [...numbered(7).batches({ batchSize: 3 })];
  expect(batches.map(examples)).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
  expect(batches.map(({ size }) => size)).toEqual([3, 3, 1]);
});

test('dropRemainder leaves the smaller batch out', () => {
  const whole = (size: number) => [...numbered(size).batches({ batchSize: 3, dropRemainder: true })].map(examples);
  expect(whole(7)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(whole(6)).toEqual([
    [0, 1, 2],
    [3, 4, 5],
  ]);
  expect(whole(2)).toEqual([]);
});

test('shuffled passes visit every example once, each pass in another order, and the seed repeats them all', () => {
  const [set, again] = [numbered(20, { seed: 3 }), numbered(20, { seed: 3 })];
  const pass = (of: Dataset) => [...of.batches({ batchSize: 6, shuffle: true })].flatMap(examples);
  const passes = [pass(set), pass(set)];
  for (const held of passes) expect(sorted(held)).toEqual(upTo(20));
  expect(passes[0]).not.toEqual(passes[1]);
  expect([pass(again), pass(again)]).toEqual(passes);
});

test('a pass named by seed and epoch is the same wherever it stands', () => {
  const set = numbered(20, { seed: 3 });
  const pass = (seed?: number, epoch?: number) =>
    [...set.batches({ batchSize: 6, shuffle: true, seed, epoch })].flatMap(examples);
  const named = pass(5, 2);
  pass();
  set.nextBatch(11);
  expect(pass(5, 2)).toEqual(named);
  expect(pass(5)).toEqual(pass(5, 0));
  expect(pass(undefined, 2)).toEqual(pass(3, 2));
  expect(pass(5, 3)).not.toEqual(named);
});

test('going through the same batches twice gives the same batches', () => {
  const batches = numbered(20, { seed: 3 }).batches({ batchSize: 6, shuffle: true });
  expect([...batches]).toEqual([...batches]);
});

test('batches leaves nextBatch where it is', () => {
  const [set, other] = [numbered(9, { seed: 3 }), numbered(9, { seed: 3 })];
  expect(examples(set.nextBatch(4))).toEqual(examples(other.nextBatch(4)));
  Array.from(set.batches({ batchSize: 2, shuffle: true }));
  expect(examples(set.nextBatch(4))).toEqual(examples(other.nextBatch(4)));
});

test('changing a batch changes neither the set nor another batch', () => {
  const set = numbered(4);
  for (const batch of [set.nextBatch(4), ...set.batches({ batchSize: 4 })]) {
    batch.inputs.fill(-1);
    batch.targets.fill(-1);
  }
  expect(sorted(examples(set.nextBatch(4)))).toEqual(upTo(4));
});

test('batches that may be written over hold the same examples, in the same arrays while they have one size', () => {
  const classes = new OneHotColumn(Uint8Array.of(0, 1, 2, 2, 1, 0, 1), 3);
  const pictures = new PixelColumn(
    Uint8Array.from({ length: 14 }, (_, i) => 17 * i),
    [2],
  );
  const lengths = valuesColumn(Int32Array.of(1, 2, 0, 2, 1, 0, 2), []);
  const chosen = Uint32Array.of(6, 5, 4, 3, 2, 1, 0);
  const sets = [
    numbered(7, { seed: 4 }),
    new Dataset(pictures, classes, { seed: 4, lengths }),
    new Dataset(rowsColumn(pictures, chosen), rowsColumn(classes, chosen), { seed: 4 }),
  ];
  for (const set of sets) {
    const request = { batchSize: 3, shuffle: true, epoch: 1 };
    const held: Batch[] = [];
    for (const batch of set.batches({ ...request, reuse: true })) held.push(structuredClone(batch));
    expect(held).toEqual([...set.batches(request)]);
    const arrays = Array.from(set.batches({ ...request, reuse: true }), ({ size: _, ...values }) =>
      Object.values(values),
    );
    const [first, second, third] = arrays.map((each) => each.map(({ buffer }) => buffer));
    expect(second?.every((buffer, i) => buffer === first?.[i])).toBe(true);
    expect(third?.some((buffer, i) => buffer === first?.[i])).toBe(false);
  }
});

test('a slice is a set of its own that keeps the seed', () => {
  const set = numbered(10, { seed: 6 });
  const middle = set.slice(3, 7);
  expect(middle).toMatchObject({ size: 4, seed: 6 });
  expect(examples({ size: 4, inputs: middle.inputs, targets: middle.targets })).toEqual([3, 4, 5, 6]);
  expect(sorted(examples(middle.nextBatch(4)))).toEqual([3, 4, 5, 6]);
  expect(set.position).toBe(0);
  expect(examples(set.slice(8).nextBatch(2, { shuffle: false }))).toEqual([8, 9]);
  expect(examples(set.take(2).nextBatch(2, { shuffle: false }))).toEqual([0, 1]);
});

test('lengths go with their examples, in slices too; without them a batch has none', () => {
  const lengths = valuesColumn(Int32Array.of(3, 1, 4, 2), []);
  const numbers = valuesColumn(Int32Array.of(3, 1, 4, 2), []);
  const set = new Dataset(valuesColumn(new Float32Array(16), [4, 1]), numbers, { seed: 1, lengths });
  for (const part of [set, set.slice(1)]) {
    for (const batch of part.batches({ batchSize: 3, shuffle: true })) expect(batch.lengths).toEqual(batch.targets);
    expect(part.nextBatch(9)).toMatchObject({ lengths: expect.any(Int32Array) });
  }
  expect(numbered(2).nextBatch(1)).not.toHaveProperty('lengths');
});

test('refuses lengths that are not one an example', () => {
  const column = valuesColumn(new Float32Array(4), []);
  const make = (values: number[], shape: number[]) => () =>
    new Dataset(column, column, { lengths: valuesColumn(Int32Array.from(values), shape) });
  expect(make([1, 2, 3], [])).toThrow(saying('Dataset: expected a length for each of 4 inputs, got 3 of shape []'));
  expect(make([1, 2, 3, 4], [1])).toThrow(
    saying('Dataset: expected a length for each of 4 inputs, got 4 of shape [1]'),
  );
});

test('an empty slice has no batches', () => {
  const empty = numbered(3).take(0);
  expect([...empty.batches({ batchSize: 2, shuffle: true })]).toEqual([]);
  expect(() => empty.nextBatch(1)).toThrow('nextBatch: expected a set with examples, got none');
});

test.each([
  [() => numbered(3).nextBatch(0), 'nextBatch: expected batchSize to be a whole number from 1 up, got 0'],
  [() => numbered(3).nextBatch(1.5), 'nextBatch: expected batchSize to be a whole number from 1 up, got 1.5'],
  [() => numbered(3).batches({ batchSize: 0 }), 'batches: expected batchSize to be a whole number from 1 up, got 0'],
  [
    () => numbered(3).batches({ batchSize: 1, epoch: -1 }),
    'batches: expected epoch to be a whole number from 0 up, got -1',
  ],
  [
    () => numbered(3).batches({ batchSize: 1, seed: 0.5 }),
    'batches: expected seed to be an integer from 0 to 2^53 - 1, got 0.5',
  ],
  [() => numbered(3).seek(-1), 'seek: expected position to be a whole number from 0 up, got -1'],
  [() => numbered(3).slice(2, 4), 'slice: expected 0 <= begin <= end <= 3, in whole numbers, got begin 2, end 4'],
  [() => numbered(3).take(4), 'take: expected a whole number of examples from 0 to 3, got 4'],
  [() => numbered(3, { seed: -1 }), 'Dataset: expected seed to be an integer from 0 to 2^53 - 1, got -1'],
])('bad arguments get a sentence: %#', (act, message) => {
  expect(act).toThrow(saying(message));
});
