import { expect, it } from 'vitest';
import { compare } from './compare';
import { comparisonTable, missedBars } from './comparison-table';
import { contender, fakeTimes, workload } from './fake-contenders.fixture';

async function tableOf(times: Readonly<Record<string, number | string>>, bars: Readonly<Record<string, number>> = {}) {
  const contenders = Object.keys(times).map((name) => contender(name));
  const entries = await compare(workload, contenders, { rounds: 3, ...fakeTimes(times), progress: () => {} });
  return comparisonTable([{ comparison: { title: 'train LSTM', workload, bars }, entries }]).split('\n');
}

it('has a row a contender: minimum, median, steps a second, the ratio of ours last', async () => {
  expect(await tableOf({ '@rnn': 20, 'tf.layers': 800 })).toEqual([
    '| workload   | who       | min ms | median ms | steps/s | engine MiB | bar | ours / theirs |',
    '| ---------- | --------- | -----: | --------: | ------: | ---------: | --- | ------------: |',
    '| train LSTM | @rnn      |     20 |        30 |      50 |          1 |     |               |',
    '|            | tf.layers |    800 |      1200 |    1.25 |            |     |         0.025 |',
  ]);
});

it('says at the peer that a bar names which of ours reached it', async () => {
  const lines = await tableOf({ '@rnn': 20, '@rnn, current Node': 12.5, PyTorch: 10, JAX: 40 }, { PyTorch: 1.25 });
  expect(lines[4]).toContain('| 1.25: @rnn missed; @rnn, current Node reached |             2 |');
  expect(lines.filter((line) => line.includes('1.25:')).length).toBe(1);
});

it('has the reason in place of figures where there are none, also for ours', async () => {
  const lines = await tableOf({ '@rnn': 'failed: no', PyTorch: 10 }, { PyTorch: 1.25 });
  expect(lines[2]).toMatch(/^\| train LSTM \| @rnn +\| failed: no \|/);
  expect(lines[3]).toMatch(/\| {15}\|$/);
});

it('gives the ratio as the median over the rounds', () => {
  const runs = (...ms: number[]) =>
    ms.map((each) => ({
      ...workload,
      peer: '',
      threads: 1,
      device: 'cpu',
      ms: each,
      ms_median: each,
      sequences_per_s: 1,
    }));
  const entries = [
    { contender: contender('@rnn'), runs: runs(10, 30, 40) },
    { contender: contender('PyTorch'), runs: runs(10, 10, 20) },
  ];
  const lines = comparisonTable([{ comparison: { title: '', workload }, entries }]).split('\n');
  expect(lines[3]).toMatch(/ 2 \|$/);
});

const missedOf = async (times: Readonly<Record<string, number | string>>, bars: Readonly<Record<string, number>>) => {
  const contenders = Object.keys(times).map((name) => contender(name));
  const entries = await compare(workload, contenders, { rounds: 3, ...fakeTimes(times), progress: () => {} });
  return missedBars({ title: 'train LSTM', workload, bars }, entries);
};

it('has a sentence for a bar that was missed, and none for one that was reached', async () => {
  expect(await missedOf({ '@rnn': 20, 'tf.layers': 100 }, { 'tf.layers': 0.2 })).toEqual([]);
  expect(await missedOf({ '@rnn': 21, 'tf.layers': 100 }, { 'tf.layers': 0.2 })).toEqual([
    'train LSTM: @rnn took 0.21 of the time of tf.layers, 0.2 is the most',
  ]);
});

it('takes a bar for missed where there is nothing to hold it against', async () => {
  expect(await missedOf({ '@rnn': 20, 'tf.layers': 'failed: no' }, { 'tf.layers': 0.2 })).toEqual([
    'train LSTM: nothing to hold @rnn against tf.layers, failed: no',
  ]);
  expect(await missedOf({ '@rnn': 20 }, { 'tf.layers': 0.2 })).toEqual([
    'train LSTM: nothing to hold @rnn against tf.layers, tf.layers was not timed',
  ]);
});
