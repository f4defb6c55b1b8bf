import { describe, expect, it } from 'vitest';
import { Random } from './random';

const draw = (count: number, next: () => number): number[] => Array.from({ length: count }, next);
const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
const moment = (values: readonly number[], power: number): number => mean(values.map((value) => value ** power));

describe('Random', () => {
  it('draws the same numbers from the same seed and stream, others from another', () => {
    const first = (seed: number, stream?: string) => {
      const random = new Random(seed, stream);
      return draw(5, () => random.uniform());
    };
    expect(first(7, 'a')).toEqual(first(7, 'a'));
    expect(first(8, 'a')).not.toEqual(first(7, 'a'));
    expect(first(7, 'b')).not.toEqual(first(7, 'a'));
    expect(first(7)).toEqual(first(7, ''));
  });

  it('draws what it has always drawn', () => {
    const random = new Random(7, 'rnn/lstm_cell/kernel');
    expect([random.uniform(), random.uniform(2, 4), random.normal(), random.normal()]).toEqual([
      0.6685045169652395, 3.8937832994430472, 0.5201375991343757, -0.22480900672963652,
    ]);
  });

  it('tells the seed that it took where none was given', () => {
    const random = new Random();
    const again = new Random(random.seed);
    expect(draw(3, () => again.uniform())).toEqual(draw(3, () => random.uniform()));
    expect(new Random().seed).not.toBe(random.seed);
  });

  it('goes on from a state, which is data, in the middle of a pair of normal numbers too', () => {
    const random = new Random(7);
    for (const drawn of [0, 1, 2]) {
      draw(drawn, () => random.normal());
      const state = JSON.parse(JSON.stringify(random.state)) as number[];
      const other = new Random(8, 'b');
      other.state = state;
      const next = (from: Random) => [...draw(3, () => from.normal()), ...draw(3, () => from.uniform())];
      expect(next(other)).toEqual(next(random));
    }
  });

  it.each([[[1, 2, 3]], [[1, 2, 3, 0.5]], [[1, 2, 3, 2 ** 31]], [[1, 2, 3, 4, Number.NaN]], [[1, 2, 3, 4, 5, 6]]])(
    'refuses %j as a state, and draws on as before',
    (state) => {
      const [random, same] = [new Random(7), new Random(7)];
      expect(() => {
        random.state = state;
      }).toThrow(`Random.state: expected four integers of 32 bits, or a number more, got [${state.join(', ')}]`);
      expect(random.uniform()).toBe(same.uniform());
    },
  );

  // Each bound is five standard deviations of the estimate: of the k-th moment, √(variance of x^k / n).
  const n = 20_000;
  const within = (got: number, want: number, variance: number) =>
    expect(Math.abs(got - want)).toBeLessThan(5 * Math.sqrt(variance / n));

  it('is uniform in [low, high)', () => {
    const random = new Random(1);
    const values = draw(n, () => random.uniform(-1, 1));
    expect(Math.min(...values)).toBeGreaterThanOrEqual(-1);
    expect(Math.max(...values)).toBeLessThan(1);
    within(moment(values, 1), 0, 1 / 3);
    within(moment(values, 2), 1 / 3, 1 / 5 - 1 / 9);
  });

  it('is normal', () => {
    const random = new Random(1);
    const values = draw(n, () => random.normal());
    within(moment(values, 1), 0, 1);
    within(moment(values, 2), 1, 2);
    within(moment(values, 3), 0, 15);
    within(moment(values, 4), 3, 96);
    within(mean(values.slice(1).map((value, k) => value * (values[k] as number))), 0, 1);
  });

  it('is uniform over the first numbers of neighbouring seeds and names too', () => {
    for (const start of [(k: number) => new Random(k, 'kernel'), (k: number) => new Random(1, `cell_${k}/kernel`)]) {
      const values = draw(n, () => 0).map((_, k) => start(k).uniform(-1, 1));
      within(moment(values, 1), 0, 1 / 3);
      within(moment(values, 2), 1 / 3, 1 / 5 - 1 / 9);
      within(mean(values.slice(1).map((value, k) => value * (values[k] as number))), 0, 1 / 9);
    }
  });
});
