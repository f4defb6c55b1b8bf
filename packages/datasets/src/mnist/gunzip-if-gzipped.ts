import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';

/**
 * The bytes, decompressed if they are gzip, which their first two bytes tell: file names lie, and some servers decompress on
 * the way. Rejects with zlib's message when the gzip is broken or holds more than `atMost` bytes.
 */
export async function gunzipIfGzipped(bytes: Uint8Array, atMost = 2 ** 31): Promise<Uint8Array> {
  const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
  return isGzip ? await promisify(gunzip)(bytes, { maxOutputLength: atMost }) : bytes;
}
