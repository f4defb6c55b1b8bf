import { crc32, deflateSync } from 'node:zlib';

export type Color = readonly [red: number, green: number, blue: number];

const signature = Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a);

/** Rows of colours, each part from 0 to 255, as the address of a PNG that holds itself. */
export function pixelImage(rows: readonly (readonly Color[])[]): string {
  // Each row begins with its filter, which is none.
  const content = Uint8Array.from(rows.flatMap((row) => [0, ...row.flat()]));
  const header = Buffer.alloc(13);
  header.writeUInt32BE(rows[0]?.length ?? 0, 0);
  header.writeUInt32BE(rows.length, 4);
  header.set([8, 2], 8); // bits of a part; red, green and blue
  const chunks = [chunk('IHDR', header), chunk('IDAT', deflateSync(content)), chunk('IEND', new Uint8Array())];
  return `data:image/png;base64,${Buffer.concat([signature, ...chunks]).toString('base64')}`;
}

/** Length, type, content, checksum of both (PNG, 5.3). */
function chunk(type: string, content: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(type, 'latin1'), content]);
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(content.length);
  checksum.writeUInt32BE(crc32(typed));
  return Buffer.concat([length, typed, checksum]);
}
