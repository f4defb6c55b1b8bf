import type { Contender } from './contender';
import type { TimeContender } from './time-contender';
import type { TimedWorkload } from './workload';

export const workload: TimedWorkload = {
  ...{ cell: 'lstm', mode: 'train', batch: 2, time: 3, input: 4, hidden: 5, layers: 1, bidirectional: false },
};

export const contender = (name: string, more: Partial<Contender> = {}): Contender => ({
  ...{ name, ours: name.startsWith('@rnn'), command: ['true'] },
  ...more,
});

/** Times nothing: each contender takes so many milliseconds a step, or says why it doesn't. `calls` tells who was asked, for how many steps. */
export function fakeTimes(times: Readonly<Record<string, number | string>>) {
  const calls: { readonly name: string; readonly steps: number; readonly repeats: number }[] = [];
  const time: TimeContender = async ({ name, ours }, of, { steps, repeats }) => {
    calls.push({ name, steps, repeats });
    const ms = times[name] as number | string;
    if (typeof ms === 'string') return ms;
    const figures = { ms, ms_median: ms * 1.5, sequences_per_s: Math.round((of.batch / ms) * 1000) };
    return { peer: name, ...of, threads: 2, device: 'cpu', ...figures, ...(ours ? { engine_bytes: 2 ** 20 } : {}) };
  };
  return { time, calls };
}
