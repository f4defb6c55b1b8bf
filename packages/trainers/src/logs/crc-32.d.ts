// The package has types of its main file alone.
declare module 'crc-32/crc32c.js' {
  const crc32c: {
    /** CRC32C (Castagnoli), as a signed 32-bit integer. */
    buf(bytes: Uint8Array): number;
  };
  export default crc32c;
}
