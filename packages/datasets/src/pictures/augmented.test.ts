import { expect, test } from 'vitest';
import type { Batch } from '../batch';
import { valuesColumn } from '../columns/values-column';
import { Dataset } from '../dataset';
import { saying } from '../dataset-error.fixture';
import type { ExampleSet } from '../example-set';
import { augmented } from './augmented';

const [height, width] = [7, 9];

/** Pictures of one bright pixel in the middle, example i of brightness i + 1 and target i, so that each tells where it was moved. */
function dots(size: number): Dataset {
  const inputs = new Float32Array(size * height * width);
  for (let i = 0; i < size; i++) inputs[i * height * width + 3 * width + 4] = i + 1;
  const targets = Int32Array.from({ length: size }, (_, i) => i);
  return new Dataset(valuesColumn(inputs, [height, width]), valuesColumn(targets, []), { seed: 1 });
}

/** Pictures that differ at every pixel. */
function textures(size: number): Dataset {
  const inputs = Float32Array.from({ length: size * height * width }, (_, i) => Math.abs(Math.sin(2 * i + 1)));
  return new Dataset(valuesColumn(inputs, [height, width]), valuesColumn(new Int32Array(size), []), { seed: 1 });
}

const all = (set: ExampleSet, request: Partial<Parameters<ExampleSet['batches']>[0]> = {}): Batch => {
  const batches = [...set.batches({ batchSize: 4, seed: 5, ...request })];
  const inputs = batches.flatMap((batch) => [...batch.inputs]);
  const targets = batches.flatMap((batch) => [...batch.targets]);
  return { size: targets.length, inputs: Float32Array.from(inputs), targets: Int32Array.from(targets) };
};

/** Where the bright pixel of each picture went, from the middle, right and down. */
function moves({ inputs, targets }: Batch): { dx: number; dy: number }[] {
  return [...targets].map((target, place) => {
    const picture = inputs.subarray(place * height * width, (place + 1) * height * width);
    const at = picture.indexOf(target + 1);
    expect([...picture].filter((value) => value !== 0)).toEqual([target + 1]);
    return { dx: (at % width) - 4, dy: Math.floor(at / width) - 3 };
  });
}

test('has the size and shapes of the set, and its targets', () => {
  const set = augmented(dots(10), { shift: 1 });
  expect(set).toMatchObject({ size: 10, inputShape: [height, width], targetShape: [] });
  expect([...all(set).targets]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test('without bounds nothing changes', () => {
  expect(all(augmented(textures(6), {}))).toEqual(all(textures(6)));
});

test('a shift moves by every whole number of pixels up to its bound, each as often', () => {
  const counts = new Map<string, number>();
  for (const { dx, dy } of moves(all(augmented(dots(5000), { shift: 2 })))) {
    counts.set(`${dx} ${dy}`, (counts.get(`${dx} ${dy}`) ?? 0) + 1);
  }
  expect(counts.size).toBe(25);
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 200) ** 2 / 200, 0);
  expect(chiSquare).toBeLessThan(59); // 24 degrees of freedom: passed by 1 in 10,000; the draws are fixed, so never flaky
});

test('the pictures follow from the seed and the epoch, and differ with either', () => {
  const set = augmented(textures(8), { shift: 1, rotate: 20, scale: 0.2, shear: 0.3 });
  const drawn = all(set, { seed: 5, epoch: 2 });
  expect(all(set, { seed: 5, epoch: 2 })).toEqual(drawn);
  for (const other of [
    { seed: 6, epoch: 2 },
    { seed: 5, epoch: 3 },
  ])
    expect(all(set, other)).not.toEqual(drawn);
  expect(all(set, { seed: 5 })).toEqual(all(set, { seed: 5, epoch: 0 }));
});

test('without a seed of the request it takes its own, 0 unless given', () => {
  const drawn = (seed: number | undefined, request: number | undefined) =>
    all(augmented(dots(8), { shift: 3, seed }), { seed: request });
  expect(drawn(undefined, undefined)).toEqual(drawn(3, 0));
  expect(drawn(4, undefined)).toEqual(drawn(3, 4));
  expect(drawn(4, 7)).toEqual(drawn(3, 7));
  expect(drawn(4, 7)).not.toEqual(drawn(4, 4));
});

test('the size of the batches changes no picture', () => {
  const set = augmented(textures(10), { shift: 1, rotate: 10 });
  const request = { shuffle: true, epoch: 1 };
  expect(all(set, { ...request, batchSize: 3 })).toEqual(all(set, { ...request, batchSize: 10 }));
});

test('in a shuffled epoch each picture goes with its target', () => {
  const drawn = all(augmented(dots(20), { shift: 3 }), { shuffle: true });
  expect(moves(drawn)).toHaveLength(20);
  expect([...drawn.targets]).not.toEqual([...drawn.targets].sort((a, b) => a - b));
});

test('going through the same batches twice gives the same pictures', () => {
  const batches = augmented(textures(6), { shift: 1, shear: 0.2 }).batches({ batchSize: 4, shuffle: true, seed: 2 });
  expect([...batches]).toEqual([...batches]);
});

test('the set stays as it is', () => {
  const set = textures(4);
  const before = all(set);
  Array.from(augmented(set, { rotate: 30 }).batches({ batchSize: 2 }));
  expect(all(set)).toEqual(before);
});

/** One picture of 51 x 51, whose brightness at (x, y) from the centre is x in the one and y in the other: it shows where a pixel came from. */
const span = 25;
function origins(options: Parameters<typeof augmented>[1], epoch: number): (x: number, y: number) => [number, number] {
  const side = 2 * span + 1;
  const inputs = new Float32Array(2 * side * side);
  const sources = ['x', 'y'].map((axis) => {
    const values = inputs.map((_, i) => (axis === 'x' ? (i % side) - span : Math.floor(i / side) - span));
    const set = new Dataset(
      valuesColumn(values.subarray(0, side * side), [side, side]),
      valuesColumn(new Int32Array(1), []),
    );
    return all(augmented(set, options), { epoch }).inputs;
  });
  return (x, y) => sources.map((source) => source[(y + span) * side + x + span] as number) as [number, number];
}

const epochs = Array.from({ length: 200 }, (_, epoch) => epoch);
const spread = (values: readonly number[]) => ({ least: Math.min(...values), most: Math.max(...values) });

/** Values all within the bound, and not far from it on either side. */
function expectWithin(bound: number, values: readonly number[]): void {
  const { least, most } = spread(values);
  for (const value of [-least, most]) {
    expect(value).toBeLessThanOrEqual(bound + 1e-4);
    expect(value).toBeGreaterThan(0.95 * bound);
  }
}

test('rotate turns about the centre, by up to so many degrees', () => {
  const angles = epochs.map((epoch) => {
    const [x, y] = origins({ rotate: 15 }, epoch)(10, 0);
    expect(Math.hypot(x, y)).toBeCloseTo(10, 4);
    return (Math.atan2(y, x) * 180) / Math.PI;
  });
  expectWithin(15, angles);
});

test('scale stretches height and width apart, by the logarithm of a factor', () => {
  const logs = epochs.map((epoch) => {
    const origin = origins({ scale: 0.2 }, epoch);
    const [[x, still], [also, y]] = [origin(10, 0), origin(0, 10)];
    expect([still, also]).toEqual([0, 0]);
    return [Math.log(x / 10), Math.log(y / 10)] as const;
  });
  for (const axis of [0, 1] as const)
    expectWithin(
      0.2,
      logs.map((log) => log[axis]),
    );
  expect(Math.max(...logs.map(([x, y]) => x - y))).toBeGreaterThan(0.3);
});

test('shear leans the picture: so many pixels across for each one down', () => {
  const shears = epochs.map((epoch) => {
    const origin = origins({ shear: 0.3 }, epoch);
    expect(origin(10, 0)).toEqual([10, 0]);
    const [x, y] = origin(0, 10);
    expect(y).toBe(10);
    return x / 10;
  });
  expectWithin(0.3, shears);
});

test('all at once: rotate after shear after scale, of what is counted from the shifted centre', () => {
  const bounds = { rotate: 15, scale: 0.2, shear: 0.3 };
  for (const epoch of epochs.slice(0, 20)) {
    const [east, south] = origins({ rotate: 15 }, epoch)(10, 0);
    const angle = Math.atan2(south, east);
    const [[scaleX], [, scaleY]] = [origins({ scale: 0.2 }, epoch)(10, 0), origins({ scale: 0.2 }, epoch)(0, 10)];
    const [shear] = origins({ shear: 0.3 }, epoch)(0, 10);
    const [dx, dy] = origins({ shift: 3 }, epoch)(0, 0).map((source) => -source) as [number, number];
    const source = (x: number, y: number) => {
      const [wide, high] = [((x - dx) * scaleX) / 10, ((y - dy) * scaleY) / 10];
      const leant = wide + (shear / 10) * high;
      return [Math.cos(angle) * leant - Math.sin(angle) * high, Math.sin(angle) * leant + Math.cos(angle) * high];
    };
    const origin = origins({ ...bounds, shift: 3 }, epoch);
    for (const [x, y] of [
      [0, 0],
      [12, -5],
      [-7, 9],
    ] as const) {
      const [wantedX, wantedY] = source(x, y) as [number, number];
      const [gotX, gotY] = origin(x, y);
      expect(gotX).toBeCloseTo(wantedX, 3);
      expect(gotY).toBeCloseTo(wantedY, 3);
    }
  }
});

test.each([
  [{ shift: -1 }, 'augmented: expected shift to be a whole number of pixels from 0 up, got -1'],
  [{ shift: 1.5 }, 'augmented: expected shift to be a whole number of pixels from 0 up, got 1.5'],
  [{ rotate: Number.NaN }, 'augmented: expected rotate to be a number from 0 up, got NaN'],
  [{ scale: -0.1 }, 'augmented: expected scale to be a number from 0 up, got -0.1'],
  [{ shear: Number.POSITIVE_INFINITY }, 'augmented: expected shear to be a number from 0 up, got Infinity'],
  [{ seed: -1 }, 'augmented: expected seed to be an integer from 0 to 2^53 - 1, got -1'],
])('bad bounds get a sentence: %j', (options, message) => {
  expect(() => augmented(dots(1), options)).toThrow(saying(message));
});

test('what the set refuses is refused at once', () => {
  const message = 'batches: expected batchSize to be a whole number from 1 up, got 0';
  expect(() => augmented(dots(1), { shift: 1 }).batches({ batchSize: 0 })).toThrow(saying(message));
});

test('refuses inputs that are no pictures', () => {
  const column = valuesColumn(new Float32Array(8), [2, 2, 1]);
  expect(() => augmented(new Dataset(column, column), { shift: 1 })).toThrow(
    saying('augmented: expected inputs of shape [height, width], got [2, 2, 1]'),
  );
});
