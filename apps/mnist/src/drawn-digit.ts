import { readFile } from 'node:fs/promises';
import { ArgumentError } from '@rnn/cells';
import { PNG } from 'pngjs';
import { digitSide } from './pictures/digit-image';

/** Grey pixels, row by row, from 0 for the paper to 1 for the ink. */
interface Grey {
  readonly width: number;
  readonly height: number;
  readonly ink: Float32Array;
}

/** MNIST's digits are scaled to fit a square of these pixels. */
const boxSide = 20;
/** More would take gigabytes to unpack. */
const mostPixels = 5e7;
/** Of the range between the lightest and the darkest pixel: what has less ink is paper. */
const faint = 0.25;
/** Pictures with less between their lightest and their darkest pixel have nothing drawn. */
const leastContrast = 0.1;

/**
 * A picture that a person drew, as MNIST's were made: `[28 * 28]`. Made grey, and inverted where its border is light, so that ink is 1; cut to the ink,
 * scaled to fit 20 x 20 with its proportions kept, and set into 28 x 28 with its centre of mass in the middle (LeCun, Cortes and Burges, _The MNIST
 * database of handwritten digits_). Throws `ArgumentError` for a file that is no PNG, one that is too large, and one where nothing is drawn.
 */
export async function drawnDigit(file: string): Promise<Float32Array> {
  const grey = inked(file, greyOf(await decodePng(file)));
  return centred(scaled(cutToInk(grey)));
}

async function decodePng(file: string): Promise<PNG> {
  const refuse = (got: string): never => {
    throw new ArgumentError('predict', 'a PNG with a digit', got);
  };
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => refuse(`${file} (${error.code})`));
  // Behind the signature and the name of the first chunk stand width and height (PNG, 11.2.2).
  if (bytes.length < 24 || bytes.toString('latin1', 1, 4) !== 'PNG') return refuse(`${file}, which is none`);
  const [width, height] = [bytes.readUInt32BE(16), bytes.readUInt32BE(20)];
  if (width * height > mostPixels) return refuse(`${file} with ${width} x ${height} pixels, which is too large`);
  try {
    return PNG.sync.read(bytes);
  } catch {
    return refuse(`${file}, which is damaged`);
  }
}

/** Lightness, over white where it is transparent (ITU-R BT.709). */
function greyOf({ width, height, data }: PNG): Grey {
  const ink = Float32Array.from({ length: width * height }, (_, i) => {
    const [red = 0, green = 0, blue = 0, alpha = 0] = data.subarray(4 * i, 4 * i + 4);
    const light = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
    return 1 - (alpha / 255) * (1 - light);
  });
  return { width, height, ink };
}

/** Ink 1 and paper 0, whichever of them is the lighter: the border is paper. */
function inked(file: string, { width, height, ink: light }: Grey): Grey {
  const [least, most] = light.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [1, 0] as [
    number,
    number,
  ]);
  if (most - least < leastContrast)
    throw new ArgumentError('predict', 'a PNG with a digit', `${file}, in which nothing is drawn`);
  const border: number[] = [];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (x === 0 || y === 0 || x === width - 1 || y === height - 1) border.push(light[y * width + x] as number);
    }
  }
  const paper = border.sort((a, b) => a - b)[border.length >> 1] as number;
  const isLight = paper > (least + most) / 2;
  const range = most - least;
  const ink = light.map((value) => {
    const share = (isLight ? most - value : value - least) / range;
    return share < faint ? 0 : share;
  });
  return { width, height, ink };
}

function cutToInk({ width, height, ink }: Grey): Grey {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      if (ink[y * width + x] === 0) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x)];
      [top, bottom] = [Math.min(top, y), y];
    }
  }
  const size = { width: right - left + 1, height: bottom - top + 1 };
  const cut = Float32Array.from({ length: size.width * size.height }, (_, i) => {
    const [x, y] = [i % size.width, Math.floor(i / size.width)];
    return ink[(top + y) * width + left + x] as number;
  });
  return { ...size, ink: cut };
}

/** To fit 20 x 20: each new pixel is the mean of what it covers, which makes the edges grey, as MNIST's are. */
function scaled({ width, height, ink }: Grey): Grey {
  const factor = Math.max(width, height) / boxSide;
  const size = { width: Math.max(1, Math.round(width / factor)), height: Math.max(1, Math.round(height / factor)) };
  const across = covers(width, size.width);
  const down = covers(height, size.height);
  const means = new Float32Array(size.width * size.height);
  for (const [y, rows] of down.entries()) {
    for (const [x, columns] of across.entries()) {
      let sum = 0;
      for (const [row, heightShare] of rows) {
        for (const [column, widthShare] of columns)
          sum += heightShare * widthShare * (ink[row * width + column] as number);
      }
      means[y * size.width + x] = sum;
    }
  }
  return { ...size, ink: means };
}

/** Of each new place along an axis, the old ones that it covers and their shares of it. */
function covers(from: number, to: number): [place: number, share: number][][] {
  const length = from / to;
  return Array.from({ length: to }, (_, k) => {
    const [begin, end] = [k * length, Math.min((k + 1) * length, from)];
    const places: [number, number][] = [];
    for (let place = Math.floor(begin); place < Math.ceil(end); place++) {
      const share = (Math.min(place + 1, end) - Math.max(place, begin)) / length;
      if (share > 0) places.push([place, share]);
    }
    return places;
  });
}

/** In 28 x 28, moved by whole pixels so that the centre of mass is in the middle, as far as the digit stays inside. */
function centred({ width, height, ink }: Grey): Float32Array {
  let [mass, sumX, sumY] = [0, 0, 0];
  for (const [i, value] of ink.entries()) {
    mass += value;
    sumX += value * (i % width);
    sumY += value * Math.floor(i / width);
  }
  const middle = (digitSide - 1) / 2;
  const place = (mean: number, length: number): number =>
    Math.min(Math.max(Math.round(middle - mean), 0), digitSide - length);
  const [left, top] = [place(sumX / mass, width), place(sumY / mass, height)];
  const digit = new Float32Array(digitSide * digitSide);
  for (const [i, value] of ink.entries()) {
    digit[(top + Math.floor(i / width)) * digitSide + left + (i % width)] = value;
  }
  return digit;
}
