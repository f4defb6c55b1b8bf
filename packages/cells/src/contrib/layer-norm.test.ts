import '@rnn/cells/gradients';
import {
  getBackend,
  grads,
  mul,
  sum,
  type Tensor,
  type Tensor1D,
  type Tensor2D,
  tensor,
  tidy,
} from '@tensorflow/tfjs-core';
import { centralDifferences, expectClose, expectNoLeak, sequenceOf, tolerance } from 'testing';
import { describe, expect, it } from 'vitest';
import { cut, normalised, type Row } from '../testing/float64';
import { layerNorm, layerNormWeights } from './layer-norm';

const [rows, numUnits] = [3, 4];
const points = [sequenceOf(rows * numUnits, 1), sequenceOf(numUnits, 2), sequenceOf(numUnits, 3)] as const;
const coefficients = sequenceOf(rows * numUnits, 4);
const tensors = (v: Row): Tensor[] => [tensor([...v], [rows, numUnits]), tensor(points[1]), tensor(points[2])];
const apply = (v: Tensor, gamma: Tensor, beta: Tensor): Tensor2D =>
  layerNorm(v as Tensor2D, gamma as Tensor1D, beta as Tensor1D);
const reference = ([v = [], gamma = [], beta = []]: readonly Row[]): number[] =>
  cut(v, rows).flatMap((row) => normalised(row, gamma, beta));
const gradientsAt = (v: Row): Tensor[] =>
  grads((...args: Tensor[]) =>
    sum(mul(apply(...(args as [Tensor, Tensor, Tensor])), tensor(coefficients, [rows, numUnits]))),
  )(tensors(v));

describe('layerNorm', () => {
  it('is its equation row by row, and so are its gradients', () => {
    const [v, gamma, beta] = tensors(points[0]) as [Tensor, Tensor, Tensor];
    expectClose(apply(v, gamma, beta), reference(points));
    expectNoLeak(() => tidy(() => apply(v, gamma, beta)));
    for (const [k, gradient] of gradientsAt(points[0]).entries()) {
      const loss = (moved: Float32Array): number =>
        reference(points.map((point, n) => (n === k ? [...moved] : point))).reduce(
          (total, value, n) => total + value * (coefficients[n] as number),
          0,
        );
      const slopes = centralDifferences(loss, points[k] as Row, 1 / 1024);
      expectClose(gradient, slopes, tolerance(getBackend()).gradient);
    }
  });

  it('gives beta for a row of equal values, with finite gradients', () => {
    const equal = new Array<number>(rows * numUnits).fill(0.5);
    const [v, gamma, beta] = tensors(equal) as [Tensor, Tensor, Tensor];
    expectClose(apply(v, gamma, beta), [...points[2], ...points[2], ...points[2]]);
    for (const gradient of gradientsAt(equal)) expect(gradient.dataSync().every(Number.isFinite)).toBe(true);
  });

  it('has a gamma and a beta, each as wide as a row, below its scope', () => {
    const weights = layerNormWeights('forget', 3, { normGain: 2, normShift: -1 });
    expect(Object.entries(weights).map(([name, { shape }]) => [name, shape])).toEqual([
      ['forget/gamma', [3]],
      ['forget/beta', [3]],
    ]);
  });
});
