import { createHash } from 'node:crypto';
import type { KnownFile } from './mnist-files';

/** How `bytes` differ from the content by which `file` is known, as `expected …, got …`; undefined when they don't. */
export function contentMismatch(bytes: Uint8Array, { size, sha256 }: KnownFile): string | undefined {
  if (bytes.length !== size) return `expected ${size} bytes, got ${bytes.length}`;
  const found = createHash('sha256').update(bytes).digest('hex');
  if (found !== sha256) return `expected SHA-256 ${sha256.slice(0, 12)}…, got ${found.slice(0, 12)}…`;
  return undefined;
}
