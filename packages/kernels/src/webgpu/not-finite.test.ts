import '@rnn/cells/gradients';
import '@tensorflow/tfjs-backend-cpu';
import { setBackend } from '@tensorflow/tfjs-core';
import { expectClose, tolerance } from 'testing';
import { afterEach, describe, expect, test } from 'vitest';
import { everythingOf } from '../testing/expect-reference';
import { type EngineCase, sequenceOfCase, valuesOfCase } from '../testing/random-case';
import { small, variants } from '../testing/small-cases';
import { registerWebgpu } from './register';

registerWebgpu();

const all: [string, EngineCase][] = [...variants, ['rnn with relu', { ...small('rnn'), relu: true }]];

describe.each(all)('NaN on webgpu, %s', (_, variant) => {
  afterEach(async () => void (await setBackend('webgpu')));

  // All steps: within the reference's gradients, what is masked still meets the weights, and 0 · NaN is NaN.
  const engineCase = { ...variant, lengths: [4, 4, 4] };
  const { shapes } = sequenceOfCase(engineCase, 'reference');
  // A place of each gate, among others.
  const places = Object.entries(shapes).flatMap(([name, shape]) => {
    const size = shape.reduce((a, b) => a * b);
    return [1, 4, 7, 10].filter((at) => at < size).map((at) => [name, at] as const);
  });
  test.each(places)(
    'in %s at %i comes out where the reference has it, of results and of gradients',
    async (name, at) => {
      const fused = sequenceOfCase(engineCase, 'fused');
      const values = valuesOfCase(engineCase, fused);
      (values[name] as number[])[at] = Number.NaN;
      const got = await everythingOf(fused, values);
      await setBackend('cpu');
      const want = await everythingOf(sequenceOfCase(engineCase, 'reference'), values);
      expect(Object.values(want).some((numbers) => Array.from(numbers).some(Number.isNaN))).toBe(true);
      const { gradient } = tolerance('webgpu');
      for (const [result, numbers] of Object.entries(want)) {
        const mine = Array.from(got[result] ?? []);
        expect(mine.map(Number.isNaN), result).toEqual(Array.from(numbers, Number.isNaN));
        const finite = [...mine.keys()].filter((k) => !Number.isNaN(mine[k]));
        expectClose(
          finite.map((k) => mine[k] as number),
          finite.map((k) => numbers[k] as number),
          gradient,
        );
      }
    },
  );
});
