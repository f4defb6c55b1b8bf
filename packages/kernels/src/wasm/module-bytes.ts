import { modules } from './modules';

/** A module, for a memory that threads share or for one that they do not. */
export function moduleBytes(name: keyof typeof modules, shared: boolean): Uint8Array<ArrayBuffer> {
  const { base64, memoryFlags } = modules[name];
  const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
  if (!shared) bytes[memoryFlags] = 1;
  return bytes;
}
