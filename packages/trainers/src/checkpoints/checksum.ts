import { createHash } from 'node:crypto';
import { encodeSafetensors, type Safetensors, SafetensorsError } from './safetensors';

/** In place of the checksum while it is computed. */
const noChecksum = '0'.repeat(64);
const checksumKey = '"sha256":"';

/** The bytes of a safetensors file, with the checksum of them all in the metadata `sha256`, computed with zeros in its place. */
export function encodeWithChecksum({ tensors, metadata }: Safetensors): Uint8Array {
  const bytes = encodeSafetensors({ tensors, metadata: { sha256: noChecksum, ...metadata } });
  writeChecksum(bytes, createHash('sha256').update(bytes).digest('hex'));
  return bytes;
}

/** Throws `SafetensorsError` for bytes that are not as `encodeWithChecksum` made them. */
export function checkChecksum(bytes: Uint8Array, { metadata }: Pick<Safetensors, 'metadata'>): void {
  const blank = new Uint8Array(bytes);
  writeChecksum(blank, noChecksum);
  if (createHash('sha256').update(blank).digest('hex') !== metadata.sha256)
    throw new SafetensorsError('a file that is not as it was written: its checksum differs');
}

/** JSON escapes the quotes within its texts, so the first place that reads like the key is the key. */
function writeChecksum(bytes: Uint8Array, checksum: string): void {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf(checksumKey);
  bytes.set(new TextEncoder().encode(checksum), at + checksumKey.length);
}
