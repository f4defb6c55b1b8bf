import { expect, it } from 'vitest';
import { compare } from './compare';
import { contender, fakeTimes, workload } from './fake-contenders.fixture';

const progress = (): void => {};

it('runs the contenders in turn, round by round', async () => {
  const { time, calls } = fakeTimes({ '@rnn': 200, PyTorch: 100 });
  const told: string[] = [];
  const contenders = [contender('@rnn'), contender('PyTorch')];
  await compare(workload, contenders, { rounds: 2, time, progress: (text) => told.push(text) });
  expect(calls.filter(({ repeats }) => repeats > 1).map(({ name }) => name)).toEqual([
    ...['@rnn', 'PyTorch'],
    ...['@rnn', 'PyTorch'],
  ]);
  expect(told).toEqual([
    '@rnn, to choose its steps',
    'PyTorch, to choose its steps',
    'round 1 of 2, @rnn, blocks of 1',
    'round 1 of 2, PyTorch, blocks of 2',
    'round 2 of 2, @rnn, blocks of 1',
    'round 2 of 2, PyTorch, blocks of 2',
  ]);
});

it('fills 200 ms with a block of steps, and asks again where one step said little', async () => {
  const { time, calls } = fakeTimes({ '@rnn': 0.5 });
  const [entry] = await compare(workload, [contender('@rnn')], { rounds: 1, time, progress });
  expect(calls.map(({ steps }) => steps)).toEqual([1, 400, 400]);
  expect(entry?.runs.length).toBe(1);
});

it('takes more steps from the next round on where they turn out to be faster than at first', async () => {
  const { time, calls } = fakeTimes({ '@rnn': 200 });
  const waking: typeof time = async (...args) => {
    const timing = await time(...args);
    return typeof timing === 'string' || calls.length === 1 ? timing : { ...timing, ms: 10 };
  };
  await compare(workload, [contender('@rnn')], { rounds: 3, time: waking, progress });
  expect(calls.map(({ steps }) => steps)).toEqual([1, 1, 20, 20]);
});

it('keeps the reason of one that gives no timing, asks it no more, and goes on', async () => {
  const { time, calls } = fakeTimes({ 'tf.layers': 'over 60 s', '@rnn': 100 });
  const contenders = [contender('tf.layers'), contender('@rnn')];
  const entries = await compare(workload, contenders, { rounds: 3, time, progress });
  expect(entries.map(({ reason, runs }) => [reason, runs.length])).toEqual([
    ['over 60 s', 0],
    [undefined, 3],
  ]);
  expect(calls.filter(({ name }) => name === 'tf.layers').length).toBe(1);
});

it('leaves out one that cannot do the work', async () => {
  const { time } = fakeTimes({ '@rnn': 100, JAX: 100 });
  const contenders = [contender('@rnn'), contender('JAX', { runs: ({ cell }) => cell === 'lstm' })];
  const who = async (cell: 'lstm' | 'gru') =>
    (await compare({ ...workload, cell }, contenders, { rounds: 1, time, progress })).map(
      (entry) => entry.contender.name,
    );
  expect(await who('lstm')).toEqual(['@rnn', 'JAX']);
  expect(await who('gru')).toEqual(['@rnn']);
});
