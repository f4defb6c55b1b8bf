import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { errorReason } from './error-reason';

test('is the code of a system error', async () => {
  expect(await readFile('/no/such/file').catch(errorReason)).toBe('ENOENT');
});

test('looks behind what fetch says', async () => {
  expect(await fetch('http://127.0.0.1:1').catch(errorReason)).toMatch(/ECONNREFUSED|bad port/);
  expect(errorReason(new TypeError('fetch failed', { cause: new Error('other side closed') }))).toBe(
    'other side closed',
  );
});

test('is the message of any other error, and whatever else was thrown', () => {
  expect(errorReason(new Error('incorrect header check'))).toBe('incorrect header check');
  expect(errorReason('no')).toBe('no');
});
