import type * as promises from 'node:fs/promises';

/** A disk that may refuse: where it is full, the first half of a file is written, then no more. */
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
  const readFile = async (path: string, ...rest: unknown[]): Promise<unknown> => {
    const code = disk.unreadable.get(path);
    if (code !== undefined) throw Object.assign(new Error(`${code}: refused, read`), { code });
    return (actual.readFile as (...all: unknown[]) => Promise<unknown>)(path, ...rest);
  };
  return { ...actual, open, readFile: readFile as typeof promises.readFile };
}

/** Whether it is full, and with what error it refuses to read which files. */
export const disk = { isFull: false, unreadable: new Map<string, string>() };
