import { expect, test } from 'vitest';
import { describeMagic, readMagic } from './idx-magic';

test('tells the type of the elements and the number of dimensions', () => {
  expect(readMagic(0x00000803)).toEqual({ type: 'ubyte', words: 'unsigned bytes', bytes: 1, dimensions: 3 });
  expect(readMagic(0x00000e01)).toMatchObject({ type: 'double', bytes: 8, dimensions: 1 });
  expect(readMagic(0x00000a01)).toBeUndefined();
  expect(readMagic(0x01000801)).toBeUndefined();
});

test('reads as a person would say it', () => {
  expect(describeMagic(0x00000803)).toBe('0x00000803 (unsigned bytes, 3 dimensions)');
  expect(describeMagic(0x00000d01)).toBe('0x00000d01 (32-bit floats, 1 dimension)');
  expect(describeMagic(0x1f8b0808)).toBe('0x1f8b0808');
});
