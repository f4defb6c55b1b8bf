// The package has types of its main file alone.
declare module 'crc-32/crc32c.js' {
  /** CRC32C (Castagnoli), as a signed 32-bit integer. */
  export function buf(bytes: Uint8Array): number;
}
