import { expect, it } from 'vitest';
import { counted } from './counted';

it('says one of what it counts, and many', () => {
  expect([1, 0, 1716, 0.1234].map((n) => counted(n, 'step'))).toEqual([
    '1 step',
    '0 steps',
    '1,716 steps',
    '0.12 steps',
  ]);
});
