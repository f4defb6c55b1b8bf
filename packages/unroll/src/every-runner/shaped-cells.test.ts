import '@rnn/cells/gradients';
import { ArgumentError, Conv2DLSTMCell, GRUCell, type RNNCell, TensorShape } from '@rnn/cells';
import {
  add,
  concat,
  grad,
  mul,
  type Rank,
  sum,
  type Tensor2D,
  type Tensor3D,
  type Tensor4D,
  type Tensor5D,
  tensor,
  tensor3d,
  unstack,
  zeros,
} from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak, sequenceOf } from 'testing';
import { beforeAll, describe, expect, test } from 'vitest';
import { explain } from '../pass/explain';
import { bidirectionalDynamicRnn } from '../runners/bidirectional-dynamic-rnn';
import { dynamicRnn } from '../runners/dynamic-rnn';
import { stackBidirectionalDynamicRnn } from '../runners/stack-bidirectional-dynamic-rnn';
import { stackBidirectionalRnn } from '../runners/stack-bidirectional-rnn';
import { staticBidirectionalRnn } from '../runners/static-bidirectional-rnn';
import { staticRnn } from '../runners/static-rnn';
import { lastRelevant } from '../sequences/last-relevant';
import { reverseSequence } from '../sequences/reverse-sequence';

const [B, T, H, W] = [2, 3, 2, 3];

/** A third party's cell of images `[B, H, W]`: the n-th step, n from 0, puts out x · (h + n); the state h is an image too. */
const counting: RNNCell<Tensor3D, Tensor3D, Tensor3D> = {
  stateSize: new TensorShape([H, W]),
  outputSize: new TensorShape([H, W]),
  inputShape: new TensorShape([H, W]),
  call: (x, h) => [mul(x, h), add(h, 1)],
};
const drawn = (seed: number): Tensor4D => tensor<Rank.R4>(sequenceOf(B * T * H * W, seed), [B, T, H, W]);
const lengths = [1, 3];

describe('a cell of images', () => {
  test('hands each step to onStep in its own shape', () => {
    const seen: number[][] = [];
    const onStep = ({ input, output, state }: { input: Tensor3D; output: Tensor3D; state: Tensor3D }) =>
      seen.push(input.shape, output.shape, state.shape);
    staticRnn(counting, unstack(drawn(1), 1), { onStep });
    expect(seen).toEqual(new Array(9).fill([B, H, W]));
  });

  test('gives of each row the last image alone', () => {
    const [all] = dynamicRnn(counting, drawn(1), { sequenceLength: lengths });
    const [last] = dynamicRnn(counting, drawn(1), { sequenceLength: lengths, returnSequences: false });
    expect(last.shape).toEqual([B, H, W]);
    expectClose(last, lastRelevant(all, lengths).dataSync());
  });

  test('is called step by step, which explain says', () => {
    expect(`${explain(counting, drawn(1))}`).toMatch(/^a cell without a class step by step on /);
  });

  test('joins both directions along the last axis, layer upon layer', () => {
    const wide: RNNCell<Tensor3D, Tensor3D, Tensor3D> = { ...counting, inputShape: new TensorShape([H, 2 * W]) };
    const narrowing = { ...wide, call: (_: Tensor3D, h: Tensor3D): [Tensor3D, Tensor3D] => [h, add(h, 1)] };
    const [outputs, states] = stackBidirectionalDynamicRnn([counting, narrowing], [counting, narrowing], drawn(1));
    expect([outputs.shape, states.map(({ shape }) => shape)]).toEqual([
      [B, T, H, 2 * W],
      [
        [B, H, W],
        [B, H, W],
      ],
    ]);
    const [[forward, backward]] = bidirectionalDynamicRnn(counting, counting, drawn(1));
    const [joined] = stackBidirectionalDynamicRnn([counting], [counting], drawn(1));
    expectClose(joined, concat([forward, backward], -1).dataSync());
    const [list] = stackBidirectionalRnn([counting], [counting], unstack(drawn(1), 1));
    expect(list.map(({ shape }) => shape)).toEqual(new Array(T).fill([B, H, 2 * W]));
  });
});

test('sequences of images are reversed, and their last images found', () => {
  const x = drawn(3);
  const values = x.dataSync();
  const size = H * W;
  const image = (b: number, t: number) => [...values.slice((b * T + t) * size, (b * T + t + 1) * size)];
  const reversed = [image(0, 0), image(0, 1), image(0, 2), image(1, 2), image(1, 1), image(1, 0)];
  expect([...reverseSequence(x, lengths).dataSync()]).toEqual(reversed.flat());
  expect(lastRelevant(x, lengths).shape).toEqual([B, H, W]);
  expect([...lastRelevant(x, lengths).dataSync()]).toEqual([...image(0, 0), ...image(1, 2)]);
  expect(lastRelevant(zeros<Rank.R4>([2, 0, 2, 3])).shape).toEqual([2, 2, 3]);
  const shares = tensor3d(sequenceOf(B * size, 2), [B, H, W]);
  const gradient = grad((at) => sum(mul(lastRelevant(reverseSequence(at as Tensor4D, lengths), lengths), shares)));
  const [first, second] = [[...shares.dataSync()].slice(0, size), [...shares.dataSync()].slice(size)];
  const none = new Array<number>(2 * size).fill(0);
  expectClose(gradient(x), [...first, ...none, ...second, ...none]);
});

describe('inputs of other axes get a sentence', () => {
  const image = new Conv2DLSTMCell({ inputShape: [4, 5, 3], outputChannels: 2, kernelShape: [3, 3] });
  const row = new GRUCell(3);
  const other: RNNCell<Tensor4D, Tensor4D, Tensor4D> = {
    inputShape: image.inputShape,
    outputSize: new TensorShape([5, 4, 2]),
    stateSize: 1,
    call: (x, state) => [x, state],
  };
  let rows: Tensor3D;
  let images: Tensor5D;
  let volumes: Tensor5D;
  let list: Tensor2D[];
  beforeAll(() => {
    [rows, images, volumes] = [zeros([2, 6, 3]), zeros([2, 6, 4, 5, 3]), zeros([2, 6, 4, 5, 1])];
    list = [zeros([2, 3])];
  });

  test.each<[string, () => unknown, string]>([
    [
      'rows for images',
      () => dynamicRnn(image, rows as never),
      'dynamicRnn: expected inputs to have shape [B, T, 4, 5, 3], got [2, 6, 3]',
    ],
    [
      'images of another size',
      () => dynamicRnn(image, volumes, { timeMajor: true }),
      'dynamicRnn: expected inputs to have shape [T, B, 4, 5, 3], got [2, 6, 4, 5, 1]',
    ],
    [
      'images for rows',
      () => dynamicRnn(row, images as never),
      'dynamicRnn: expected inputs to have shape [B, T, D], got [2, 6, 4, 5, 3]',
    ],
    [
      'what the backward cell does not take',
      () => bidirectionalDynamicRnn(image, row as never, images),
      'bidirectionalDynamicRnn: expected inputs to have shape [B, T, D], got [2, 6, 4, 5, 3]',
    ],
    [
      'in explain',
      () => explain(image, rows as never),
      'explain: expected inputs to have shape [B, T, 4, 5, 3], got [2, 6, 3]',
    ],
    ['in a list', () => staticRnn(image, list), 'staticRnn: expected inputs[0] to have shape [B, 4, 5, 3], got [2, 3]'],
    [
      'one tensor for a list',
      () => staticRnn(image, images as never),
      'staticRnn: expected inputs to be a list of tensors [B, 4, 5, 3], one a step, got one tensor [2, 6, 4, 5, 3]. Unstack a tensor along its time axis.',
    ],
    [
      'in a list for both directions',
      () => staticBidirectionalRnn(row, image as never, list),
      'staticBidirectionalRnn: expected inputs[0] to have shape [B, 4, 5, 3], got [2, 3]',
    ],
    [
      'an upper layer of rows over images',
      () => stackBidirectionalDynamicRnn([image, row], [image, row], images),
      'stackBidirectionalDynamicRnn: expected cellsFw[1] to take [B, 4, 5, 4], got one that takes [B, D]',
    ],
    [
      'directions whose images differ in size',
      () => stackBidirectionalDynamicRnn([image], [other], images),
      'stackBidirectionalDynamicRnn: expected outputs of layer 0 that differ in the last axis alone, got [B, 4, 5, 2] and [B, 5, 4, 2]',
    ],
  ])('%s', (_, call, text) => {
    expect(() => expectNoLeak(call)).toThrow(ArgumentError);
    expect(call).toThrow(text);
    expect([image.variables.size, row.variables.size]).toEqual([0, 0]);
  });
});
