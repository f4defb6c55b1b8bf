import { type Tensor, tensor } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { engine } from '../wasm/engine';
import { registerUpdates } from '../wasm/register-updates';
import { clipByGlobalNorm } from './clip-by-global-norm';

registerUpdates();

const shapes = [[3, 5], [], [7]];
const values = shapes.map((shape, k) =>
  sequenceOf(
    shape.reduce((product, n) => product * n, 1),
    k,
  ),
);
const gradients = () => values.map((numbers, k) => tensor(numbers, shapes[k]));
const norm = Math.sqrt(values.flat().reduce((sum, g) => sum + g * g, 0));

describe.each(['fused', 'reference'] as const)('clipByGlobalNorm, %s', (kernel) => {
  test('gradients that are too long together become as long as they may be, in the same direction', () => {
    const clipped = clipByGlobalNorm({ gradients: gradients(), clipNorm: 0.7, kernel });
    expect(clipped.norm.shape).toEqual([]);
    expectClose(clipped.norm, [norm]);
    for (const [k, g] of clipped.gradients.entries()) {
      expect(g.shape).toEqual(shapes[k]);
      expectClose(
        g,
        (values[k] as number[]).map((number) => (number * 0.7) / norm),
      );
    }
  });

  test('others keep their bits', () => {
    const clipped = clipByGlobalNorm({ gradients: gradients(), clipNorm: norm * 1.01, kernel });
    expectClose(clipped.norm, [norm]);
    expect(clipped.gradients.map((g) => [...g.dataSync()])).toEqual(values);
  });

  test.each([
    [Number.NaN, Number.NaN],
    [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY],
    [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY],
    [1e30, Number.POSITIVE_INFINITY],
  ])('one gradient of %f makes the norm %f and every gradient NaN, as TensorFlow does', (bad, wanted) => {
    const given = [...gradients(), tensor([0, bad])];
    const clipped = clipByGlobalNorm({ gradients: given, clipNorm: 5, kernel });
    expect(clipped.norm.dataSync()[0]).toBe(wanted);
    for (const g of clipped.gradients) expect(new Set(g.dataSync())).toEqual(new Set([Number.NaN]));
  });

  test('gradients that are all zero stay so', () => {
    const clipped = clipByGlobalNorm({ gradients: [tensor([0, 0, 0])], clipNorm: 2, kernel });
    expect([clipped.norm.dataSync()[0], ...(clipped.gradients[0] as Tensor).dataSync()]).toEqual([0, 0, 0, 0]);
  });

  test('no gradients have norm 0', () => {
    const clipped = clipByGlobalNorm({ gradients: [], clipNorm: 2, kernel });
    expect([clipped.norm.dataSync()[0], clipped.gradients]).toEqual([0, []]);
  });

  test('nothing stays alive but what is returned, and what was given keeps its values', () => {
    const given = gradients();
    expectNoLeak(() => {
      const clipped = clipByGlobalNorm({ gradients: given, clipNorm: 0.1, kernel });
      return [...clipped.gradients, clipped.norm];
    });
    expect(engine().arena.usedBytes).toBe(0);
    expect(given.map((g) => [...g.dataSync()])).toEqual(values);
  });

  test('a limit that is none, and gradients of another dtype, are told', () => {
    for (const clipNorm of [0, -1, Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => expectNoLeak(() => void clipByGlobalNorm({ gradients: [], clipNorm, kernel }))).toThrow(
        `clipByGlobalNorm: expected clipNorm to be a finite number above 0, got ${clipNorm}`,
      );
    expect(() => clipByGlobalNorm({ gradients: [tensor([1], [1], 'int32')], clipNorm: 1, kernel })).toThrow(
      'clipByGlobalNorm: expected gradients[0] of dtype float32, got int32. Cast it first.',
    );
  });
});
