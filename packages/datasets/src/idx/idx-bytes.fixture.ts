/** An IDX file written out byte by byte, for tests: `magic`, the sizes of `shape`, then `elements` as they are. */
export function idxBytes(magic: number, shape: readonly number[], elements: Iterable<number>): Uint8Array {
  const bigEndian = (word: number) => [word >>> 24, (word >>> 16) & 0xff, (word >>> 8) & 0xff, word & 0xff];
  return Uint8Array.from([magic, ...shape].flatMap(bigEndian).concat([...elements]));
}
