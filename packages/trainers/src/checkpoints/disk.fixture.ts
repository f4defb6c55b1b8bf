import type * as promises from 'node:fs/promises';

/** What a file handle does that the disk refuses: the first half of a file is written, then no more. */
export async function fullDisk(actual: typeof promises): Promise<typeof promises> {
  const open: typeof promises.open = async (path, flags, ...rest) => {
    const handle = await actual.open(path, flags, ...rest);
    if (!disk.isFull || flags === 'r') return handle;
    const writeFile = async (bytes: Uint8Array): Promise<void> => {
      await handle.write(bytes, 0, bytes.length >> 1);
      throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
    };
    return new Proxy(handle, {
      get: (target, key) => {
        if (key === 'writeFile') return writeFile;
        const value = Reflect.get(target, key);
        return typeof value === 'function' ? value.bind(target) : value;
      },
    });
  };
  return { ...actual, open };
}

export const disk = { isFull: false };
