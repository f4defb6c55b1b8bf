import { tensor1d, tensor2d, tidy } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak } from 'testing';
import { expect, test } from 'vitest';
import { accuracy } from './accuracy';

// The largest logits stand at 2, 0, 1 and, tied with 2, at 0.
const logits = [
  [0.1, 0.2, 0.3],
  [5, -1, 4],
  [-3, -1, -2],
  [7, 1, 7],
].flat();

test('accuracy is the share of rows whose largest logit stands at the label; of equal ones the first counts', () => {
  tidy(() => {
    const x = tensor2d(logits, [4, 3]);
    const share = (classes: number[]) => accuracy(x, tensor1d(classes, 'int32'));
    expectClose(share([2, 0, 1, 0]), [1]);
    expectClose(share([2, 0, 1, 2]), [0.75]);
    expectClose(share([1, 0, 2, 1]), [0.25]);
    expect(share([0, 0, 0, 0]).shape).toEqual([]);
  });
});

test('one-hot labels count as their class numbers', () => {
  expectNoLeak(() =>
    tidy(() => {
      const hot = [0, 0, 1, 0, 1, 0, 0, 1, 0, 1, 0, 0];
      expectClose(accuracy(tensor2d(logits, [4, 3]), tensor2d(hot, [4, 3])), [0.75]);
    }),
  );
});

test('shares count as the class of the largest, and class numbers may be float32: one between two classes is never met', () => {
  expectNoLeak(() =>
    tidy(() => {
      const shares = [0.1, 0.3, 0.6, 0.2, 0.5, 0.3, 0.1, 0.8, 0.1, 0.3, 0.3, 0.4];
      const x = tensor2d(logits, [4, 3]);
      expectClose(accuracy(x, tensor2d(shares, [4, 3])), [0.5]);
      expectClose(accuracy(x, tensor1d([2, 0, 1, 2])), [0.75]);
      expectClose(accuracy(x, tensor1d([2, 0.5, 1.5, 0])), [0.5]);
    }),
  );
});

test('labels that do not fit the logits are told', () => {
  tidy(() => {
    expect(() => accuracy(tensor2d(logits, [4, 3]), tensor1d([1, 2, 0], 'int32'))).toThrow(
      'accuracy: expected labels to have shape [4, 3], one-hot or shares, or [4], class numbers, got [3], int32',
    );
  });
});
