import { expect, it } from 'vitest';
import type { ApartRun } from './run-apart';
import { runWorkloads } from './run-workloads';
import type { TrainingReport } from './training-report';

const reportOf = (workload: string) => ({ workload, steps: workload.length }) as TrainingReport;

/** Runs them by what each word gives; tells what was run and said. */
async function compared(names: readonly string[], give: (name: string) => ApartRun) {
  const [run, said]: [string[][], string[]] = [[], []];
  const runs = await runWorkloads(names, {
    flags: (workload) => [`--steps=${workload.length}`],
    say: (line) => said.push(line),
    inWords: ({ steps }) => `${steps} steps`,
    run: async (words) => {
      run.push([...words]);
      return give(words[1] as string);
    },
  });
  return { runs, run, said };
}

it('each is trained with its flags, and what it gave is said', async () => {
  const { runs, run, said } = await compared(['one', 'three'], (name) => ({ report: reportOf(name) }));
  expect(runs).toEqual({ reports: [reportOf('one'), reportOf('three')], failed: [] });
  expect(run).toEqual([
    ['train', 'one', '--apart', '--steps=3'],
    ['train', 'three', '--apart', '--steps=5'],
  ]);
  expect(said).toEqual(['1/2  one', '     3 steps', '2/2  three', '     5 steps']);
});

it('one that fails does not keep the others', async () => {
  const { runs } = await compared(['a', 'b', 'c'], (name) =>
    name === 'b' ? { failed: 'exit status 1' } : { report: reportOf(name) },
  );
  expect(runs).toEqual({
    reports: [reportOf('a'), reportOf('c')],
    failed: [{ workload: 'b', reason: 'exit status 1' }],
  });
});

it('a signal ends all of it, with what came before', async () => {
  const { runs, run } = await compared(['a', 'b', 'c'], (name) =>
    name === 'b' ? { stopped: 'SIGINT' } : { report: reportOf(name) },
  );
  expect(runs).toEqual({ reports: [reportOf('a')], failed: [], stopped: 'SIGINT' });
  expect(run).toHaveLength(2);
});
