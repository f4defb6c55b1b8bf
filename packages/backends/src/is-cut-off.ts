/**
 * Whether a shared library of Linux (64-bit ELF) is shorter than its headers say. The loader maps such a file all the same, and the process dies with a
 * bus error at the first touch of what is missing. A file that is no library is not cut off: the loader says so by itself.
 */
export function isCutOff(file: string): boolean {
  const { closeSync, fstatSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const descriptor = openSync(file, 'r');
  try {
    const header = new DataView(new ArrayBuffer(64));
    const isElf = readSync(descriptor, header, 0, 64, 0) === 64 && header.getUint32(0) === 0x7f454c46;
    // The section headers come last: where they begin, the size of one, and how many there are.
    const [start, size, count] = [
      header.getBigUint64(40, true),
      header.getUint16(58, true),
      header.getUint16(60, true),
    ];
    return isElf && fstatSync(descriptor).size < Number(start) + size * count;
  } finally {
    closeSync(descriptor);
  }
}
