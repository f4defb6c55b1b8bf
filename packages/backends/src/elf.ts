/** Whether a file begins as a library of Linux does (ELF). */
export function isElf(file: string): boolean {
  return headerOf(file) !== undefined;
}

/**
 * Whether a shared library of Linux (64-bit ELF) is shorter than its headers say. The loader maps such a file all the same, and the process dies with a
 * bus error at the first touch of what is missing. A file that is no library is not cut off: the loader says so by itself.
 */
export function isCutOff(file: string): boolean {
  const header = headerOf(file);
  if (header === undefined) return false;
  // The section headers come last: where they begin, the size of one, and how many there are.
  const [start, size, count] = [header.getBigUint64(40, true), header.getUint16(58, true), header.getUint16(60, true)];
  return process.getBuiltinModule('node:fs').statSync(file).size < Number(start) + size * count;
}

function headerOf(file: string): DataView | undefined {
  const { closeSync, openSync, readSync } = process.getBuiltinModule('node:fs');
  const descriptor = openSync(file, 'r');
  try {
    const header = new DataView(new ArrayBuffer(64));
    const isElf = readSync(descriptor, header, 0, 64, 0) === 64 && header.getUint32(0) === 0x7f454c46;
    return isElf ? header : undefined;
  } finally {
    closeSync(descriptor);
  }
}
