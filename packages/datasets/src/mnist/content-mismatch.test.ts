import { expect, test } from 'vitest';
import { contentMismatch } from './content-mismatch';

// The example of FIPS 180-2, appendix B.1.
const abc = { name: 'abc', size: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' };

test('finds nothing against the right bytes', () => {
  expect(contentMismatch(new TextEncoder().encode('abc'), abc)).toBeUndefined();
});

test('tells how others differ', () => {
  expect(contentMismatch(new TextEncoder().encode('abcd'), abc)).toBe('expected 3 bytes, got 4');
  expect(contentMismatch(new TextEncoder().encode('xyz'), abc)).toBe(
    'expected SHA-256 ba7816bf8f01…, got 3608bca1e44e…',
  );
});
