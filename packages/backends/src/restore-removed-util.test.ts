import { expect, it } from 'vitest';
import { restoreRemovedUtil } from './restore-removed-util';

it('gives what Node 23 removed, doing what it did', () => {
  const util: Parameters<typeof restoreRemovedUtil>[0] = {};
  restoreRemovedUtil(util);
  expect([null, undefined, 0, ''].map((value) => util.isNullOrUndefined?.(value))).toEqual([true, true, false, false]);
  expect([[], { length: 0 }].map((value) => util.isArray?.(value))).toEqual([true, false]);
});

it('leaves what is there', () => {
  const isArray = () => false;
  const isNullOrUndefined = () => false;
  const util = { isArray, isNullOrUndefined };
  restoreRemovedUtil(util);
  expect(util).toEqual({ isArray, isNullOrUndefined });
});
