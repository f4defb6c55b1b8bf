/** Whether a file begins as a library of Linux does (ELF). */
export function isElf(file: string): boolean {
  return reading(file, (read) => headerOf(read) !== undefined);
}

/**
 * Whether a shared library of Linux (64-bit ELF) is shorter than its headers say. The loader maps such a file all the same, and the process dies with a
 * bus error at the first touch of what is missing. A file that is no library is not cut off: the loader says so by itself.
 */
export function isCutOff(file: string): boolean {
  return reading(file, (read, fileSize) => {
    const header = headerOf(read);
    if (header === undefined) return false;
    const number = (at: number): number => Number(header.getBigUint64(at, true));
    // Where the headers of sections begin, the size of one, and how many there are. Most often they come last.
    if (fileSize < number(40) + header.getUint16(58, true) * header.getUint16(60, true)) return true;
    const [start, count] = [number(32), header.getUint16(56, true)];
    const segments = read(start, count * segmentHeader);
    if (segments === undefined) return true;
    return Array.from({ length: count }, (_, k) => k * segmentHeader).some((at) => {
      const [offset, size] = [at + 8, at + 32].map((place) => Number(segments.getBigUint64(place, true)));
      return segments.getUint32(at, true) === mapped && fileSize < (offset as number) + (size as number);
    });
  });
}

/** The size of a segment's header in bytes, and the type of a segment that the loader maps. */
const [segmentHeader, mapped] = [56, 1];

/** So many bytes of a file, from a place on; undefined where it ends before. */
type Read = (from: number, size: number) => DataView | undefined;

function headerOf(read: Read): DataView | undefined {
  const header = read(0, 64);
  return header?.getUint32(0) === 0x7f454c46 ? header : undefined;
}

function reading<T>(file: string, use: (read: Read, fileSize: number) => T): T {
  const { closeSync, fstatSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const descriptor = openSync(file, 'r');
  try {
    const fileSize = fstatSync(descriptor).size;
    const read: Read = (from, size) => {
      if (fileSize < from + size) return undefined;
      const bytes = new DataView(new ArrayBuffer(size));
      return readSync(descriptor, bytes, 0, size, from) === size ? bytes : undefined;
    };
    return use(read, fileSize);
  } finally {
    closeSync(descriptor);
  }
}
