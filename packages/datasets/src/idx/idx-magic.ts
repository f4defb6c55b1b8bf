import type { IdxType } from './idx';

interface ElementType {
  readonly type: IdxType;
  readonly words: string;
  readonly bytes: number;
}

/** By the third byte of the magic number. Source: "The IDX file format", http://yann.lecun.com/exdb/mnist/. */
const elementTypes: ReadonlyMap<number, ElementType> = new Map([
  [0x08, { type: 'ubyte', words: 'unsigned bytes', bytes: 1 }],
  [0x09, { type: 'byte', words: 'signed bytes', bytes: 1 }],
  [0x0b, { type: 'short', words: '16-bit integers', bytes: 2 }],
  [0x0c, { type: 'int', words: '32-bit integers', bytes: 4 }],
  [0x0d, { type: 'float', words: '32-bit floats', bytes: 4 }],
  [0x0e, { type: 'double', words: '64-bit floats', bytes: 8 }],
]);

/** What an IDX file's first four bytes say: two zero bytes, the type of the elements, the number of dimensions. */
export interface IdxMagic extends ElementType {
  readonly dimensions: number;
}

/** The meaning of a magic number, `undefined` when it is none. */
export function readMagic(magic: number): IdxMagic | undefined {
  const element = elementTypes.get(magic >>> 8);
  return element && { ...element, dimensions: magic & 0xff };
}

/** `0x00000803 (unsigned bytes, 3 dimensions)` */
export function describeMagic(magic: number): string {
  const digits = `0x${magic.toString(16).padStart(8, '0')}`;
  const meaning = readMagic(magic);
  if (meaning === undefined) return digits;
  return `${digits} (${meaning.words}, ${meaning.dimensions} dimension${meaning.dimensions === 1 ? '' : 's'})`;
}
