import { tensor2d, tensor3d } from '@tensorflow/tfjs-core';
import { expectClose, expectNoLeak } from 'testing';
import { describe, expect, it } from 'vitest';
import { tidyState } from '../tidy-state';
import { address } from './ntm-addressing';

// What is said to a head is squashed: ±60 is all, or nothing, in float32.
const all = 60;
const memory = () =>
  tensor3d([
    [
      [3, 0],
      [0, 2],
      [-1, 0],
      [0, -4],
    ],
  ]);
/** A head that is told nothing in particular but what is given; shifts by 0, 1 and -1. */
const head = (told: {
  key?: [number, number];
  strength?: number;
  gate?: number;
  shifts?: number[];
  sharpening?: number;
}) => ({
  key: tensor2d([told.key ?? [0.1, 0.1]]),
  strength: tensor2d([[told.strength ?? 0]]),
  gate: tensor2d([[told.gate ?? -all]]),
  shifts: tensor2d([told.shifts ?? [all, 0, 0]]),
  sharpening: tensor2d([[told.sharpening ?? -all]]),
});

describe('address', () => {
  it('finds the row that points where the key does, however long the row', () => {
    const found = address(head({ key: [0, -0.5], strength: all, gate: all }), memory(), tensor2d([[1, 0, 0, 0]]));
    expectClose(found, [0, 0, 0, 1]);
  });

  it('stays where it was while the gate is closed', () => {
    const before = [0.5, 0.125, 0.25, 0.125];
    expectClose(address(head({}), memory(), tensor2d([before])), before);
  });

  it('moves on around the ring, and back', () => {
    const last = tensor2d([[0, 0, 0, 1]]);
    expectClose(address(head({ shifts: [0, all, 0] }), memory(), last), [1, 0, 0, 0]);
    expectClose(address(head({ shifts: [0, 0, all] }), memory(), last), [0, 0, 1, 0]);
    expectClose(address(head({ shifts: [0, 0, -all] }), memory(), last), [0.5, 0, 0, 0.5]);
  });

  it('sharpens: shares of 3 to 1 become 9 to 1 where 1 is added to their exponent', () => {
    const sharpening = Math.log(Math.E - 1); // softplus of it is 1
    const [first, second] = address(head({ sharpening }), memory(), tensor2d([[0.75, 0.25, 0, 0]])).dataSync();
    expect(first).toBeCloseTo(0.9, 5);
    expect(second).toBeCloseTo(0.1, 5);
  });

  it('leaves nothing behind in tidy', () => {
    const [told, rows, before] = [head({}), memory(), tensor2d([[1, 0, 0, 0]])];
    expectNoLeak(() => tidyState(() => address(told, rows, before)));
  });
});
