import type { Column } from '../columns/column';
import { OneHotColumn } from '../columns/one-hot-column';
import { PixelColumn } from '../columns/pixel-column';
import { valuesColumn } from '../columns/values-column';
import { Dataset } from '../dataset';
import { DatasetError } from '../dataset-error';
import { describeMagic } from '../idx/idx-magic';
import { parseIdx } from '../idx/parse-idx';
import type { NamedBytes } from './mnist-files';

/** `'one-hot'`: rows of ten floats, targetShape `[10]`. `'integer'`: the digit itself as an int32, targetShape `[]`. */
export type MnistLabels = 'one-hot' | 'integer';

const IMAGES = 0x00000803;
const LABELS = 0x00000801;
const SIDE = 28;
const CLASSES = 10;

/** The pairs in a file of images and a file of labels: inputs `[28, 28]` from 0 to 1, targets as `labels` says. */
export function decodeMnist(
  imageFile: NamedBytes,
  labelFile: NamedBytes,
  { labels, title, seed }: { readonly labels: MnistLabels; readonly title: string; readonly seed: number },
): Dataset {
  const pixels = decodeImages(imageFile, title);
  const digits = decodeLabels(labelFile, title);
  if (digits.length !== pixels.size) {
    const expected = `as many labels as ${imageFile.name} has images (${pixels.size})`;
    const remedy = 'Do both files belong to the same set?';
    throw new DatasetError({ where: labelFile.name, expected, got: `${digits.length}`, remedy });
  }
  const targets: Column =
    labels === 'one-hot' ? new OneHotColumn(digits, CLASSES) : valuesColumn(Int32Array.from(digits), []);
  return new Dataset(pixels, targets, { seed });
}

function decodeImages(file: NamedBytes, title: string): PixelColumn {
  const { shape, elements } = parseBytes(file, IMAGES, title, 'Is this the labels file?');
  const [, height, width] = shape;
  if (height === SIDE && width === SIDE) return new PixelColumn(elements, [SIDE, SIDE]);
  throw new DatasetError({
    where: file.name,
    expected: `images of ${SIDE} x ${SIDE} pixels`,
    got: `${height} x ${width}`,
    remedy: `Is this ${title}?`,
  });
}

function decodeLabels(file: NamedBytes, title: string): Uint8Array {
  const { elements: digits } = parseBytes(file, LABELS, title, 'Is this the images file?');
  const wrong = digits.findIndex((digit) => digit >= CLASSES);
  if (wrong === -1) return digits;
  throw new DatasetError({
    where: file.name,
    expected: `labels from 0 to ${CLASSES - 1}`,
    got: `${digits[wrong]} at index ${wrong}`,
    remedy: `Is this ${title}?`,
  });
}

/** The bytes in a file that must begin with `magic`; `ifOther` is asked when it begins with MNIST's other one. */
function parseBytes({ name, bytes }: NamedBytes, magic: typeof IMAGES | typeof LABELS, title: string, ifOther: string) {
  const found = bytes.length < 4 ? magic : new DataView(bytes.buffer, bytes.byteOffset).getUint32(0);
  if (found !== magic) {
    const remedy = found === IMAGES || found === LABELS ? ifOther : `Is this ${title}?`;
    throw new DatasetError({
      where: name,
      expected: `magic ${describeMagic(magic)}`,
      got: describeMagic(found),
      remedy,
    });
  }
  const { shape, data } = parseIdx(bytes, name);
  return { shape, elements: data as Uint8Array }; // both magics say unsigned bytes
}
