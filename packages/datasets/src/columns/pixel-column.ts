import { countOf } from '../count-of';
import type { Column } from './column';

/** byte / 255, of each byte. */
const shades = Float32Array.from({ length: 256 }, (_, byte) => byte / 255);

/** Pictures of one byte a pixel, `pixels [N, ...shape]`, given out as floats from 0 to 1: byte / 255. */
export class PixelColumn implements Column<Float32Array> {
  readonly size: number;
  private readonly rowLength: number;

  constructor(
    private readonly pixels: Uint8Array,
    readonly shape: readonly number[],
  ) {
    this.rowLength = countOf(shape);
    this.size = pixels.length / this.rowLength;
  }

  gather(rows: Uint32Array, into?: Float32Array): Float32Array {
    const { pixels, rowLength } = this;
    const gathered = into ?? new Float32Array(rows.length * rowLength);
    let place = 0;
    for (const row of rows) {
      const end = (row + 1) * rowLength;
      for (let pixel = row * rowLength; pixel < end; pixel++) {
        gathered[place++] = shades[pixels[pixel] as number] as number;
      }
    }
    return gathered;
  }

  slice(begin: number, end: number): PixelColumn {
    return pixelColumn(this.pixels.subarray(begin * this.rowLength, end * this.rowLength), this.shape);
  }
}

// Outside of the class: a class that names itself is renamed by the bundler.
const pixelColumn = (pixels: Uint8Array, shape: readonly number[]) => new PixelColumn(pixels, shape);
