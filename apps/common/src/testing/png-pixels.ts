import { Resvg } from '@resvg/resvg-js';

/** An image's size and colours, `[height][width]` of red, green and blue. */
export interface Pixels {
  readonly width: number;
  readonly height: number;
  readonly colors: readonly (readonly (readonly [red: number, green: number, blue: number])[])[];
}

/** For tests: what a PNG shows, decoded by resvg. */
export function pngPixels(png: Uint8Array): Pixels {
  const bytes = Buffer.from(png);
  if (bytes.toString('latin1', 1, 4) !== 'PNG') throw new Error('pngPixels: this is no PNG');
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}"><image width="${width}" height="${height}" style="image-rendering:optimizeSpeed" href="data:image/png;base64,${bytes.toString('base64')}"/></svg>`;
  const { pixels } = new Resvg(svg).render();
  const colors = Array.from({ length: height }, (_, row) =>
    Array.from({ length: width }, (_, column) => {
      const i = 4 * (row * width + column);
      return [pixels[i], pixels[i + 1], pixels[i + 2]] as [number, number, number];
    }),
  );
  return { width, height, colors };
}
