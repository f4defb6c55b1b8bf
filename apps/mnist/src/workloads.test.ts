import { useBackend } from '@rnn/backends';
import { beforeAll, expect, it } from 'vitest';
import { digitTrainer } from './digit-trainer';
import { type Workload, workloads } from './workloads';

beforeAll(() => useBackend('cpu'));

/** The first values of a workload's variables, in the order in which they are made. */
function firstWeights(name: string, seed: number): number[][] {
  const workload = workloads[name] as Workload;
  const options = { learningRate: workload.learningRate, kernel: 'auto', seed, totalSteps: 1 } as const;
  const layers = workload.layers(workload.hidden.map((_, layer) => 3 + layer));
  const { model } = digitTrainer(workload, { ...options, layers, head: workload.head });
  model.build([28, 28], { seed });
  const values = [...model.variables.values()].map((variable) => [...variable.dataSync()]);
  model.dispose();
  return values;
}

const pairs = Object.keys(workloads).flatMap((name) => {
  const dynamic = name.replace('-static-', '-dynamic-');
  return dynamic !== name && Object.hasOwn(workloads, dynamic) ? [[name, dynamic] as const] : [];
});

it('every program with both runners is a pair: single, multi and both ways', () => {
  expect(pairs.map(([name]) => name.replace('-static', ''))).toEqual([
    ...['single-lstm', 'single-gru', 'multi-lstm', 'multi-gru', 'multi-mix', 'bi-lstm', 'bi-lstm-3'],
  ]);
});

it('each static program is followed by its dynamic twin, in the help and in what compare prints', () => {
  const names = Object.keys(workloads);
  const statics = names.filter((name) => name.includes('-static-'));
  const followed = statics.map((name) => [name, names[names.indexOf(name) + 1]]);
  expect(followed.slice(1)).toEqual(pairs);
  expect(followed[0]).toEqual(['rows-static-lstm', 'rows-dynamic-lstm-100']);
});

it.each(pairs)('%s and %s begin with the same weights, layer by layer, which follow from the seed', (first, second) => {
  const weights = firstWeights(first, 5);
  expect(firstWeights(second, 5)).toEqual(weights);
  expect(firstWeights(second, 6)).not.toEqual(weights);
  const kernels = weights.filter((values) => new Set(values).size > 1).map((values) => values.slice(0, 4).join());
  expect(kernels.length).toBeGreaterThan(1);
  expect(new Set(kernels).size).toBe(kernels.length);
});
