import { readFileSync } from 'node:fs';

/** The version of the NVIDIA driver that runs, as Linux tells it; nothing where there is none. */
export function nvidiaDriver(file = '/proc/driver/nvidia/version'): string | undefined {
  try {
    return /\s(\d+\.\d+(\.\d+)?)\s/.exec(readFileSync(file, 'utf8'))?.[1];
  } catch {
    return undefined;
  }
}
