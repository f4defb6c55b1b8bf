import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import type { Batch } from '../batch';
import { chooseSeed } from '../choose-seed';
import type { BatchesOptions } from '../dataset';
import { DatasetError } from '../dataset-error';
import type { ExampleSet } from '../example-set';
import { seededGenerator } from '../seeded-generator';
import { type AffineMap, resamplePicture } from './resample-picture';
import { shiftPicture } from './shift-picture';

/** How far a picture may be changed; each amount is drawn uniformly between its bound's negative and its bound. Default: 0 each. */
export interface AugmentedOptions {
  /** Across and down, in whole pixels. */
  readonly shift?: number | undefined;
  /** About the centre, in degrees. */
  readonly rotate?: number | undefined;
  /** Of height and width each, the natural logarithm of the factor: 0.1 is a tenth larger or smaller at most. */
  readonly scale?: number | undefined;
  /** Pixels across for each pixel down. */
  readonly shear?: number | undefined;
  /** Of the changes, where batches are asked for without one: 0 to 2^53 - 1. Default: 0. */
  readonly seed?: number | undefined;
}

/**
 * Pictures `[height, width]` that look a little different in every epoch, for training on. With (x, y) counted from the centre,
 *
 *     new picture at (x, y) = picture at R(rotate) · [[1, shear], [0, 1]] · diag(scale) · ((x, y) - shift)
 *
 * by bilinear interpolation and zero outside; shifts alone copy pixels. What changes an example depends on the seed, the epoch (0 unless
 * given) and its place in the epoch alone, so a run taken up again sees the pictures that it would have seen.
 *
 *     const { train } = await mnist();
 *     augmented(train, { shift: 2, rotate: 10 }).batches({ batchSize: 128, shuffle: true, seed: 1, epoch: 3 })
 *
 * Throws a `DatasetError` for inputs of another rank than 2, for a shift that is no whole number, and for negative or infinite bounds.
 */
export function augmented(examples: ExampleSet, options: AugmentedOptions): ExampleSet {
  const { shift = 0, rotate = 0, scale = 0, shear = 0 } = options;
  const { size, inputShape, targetShape } = examples;
  for (const [name, value] of Object.entries({ shift, rotate, scale, shear })) checkBound(name, value);
  const ownSeed = chooseSeed('augmented', options.seed ?? 0);
  const [height, width] = pictureShape(inputShape);
  const radians = (rotate * Math.PI) / 180;
  const shiftsAlone = rotate === 0 && scale === 0 && shear === 0;

  const batches = (request: BatchesOptions): Iterable<Batch> => ({
    *[Symbol.iterator]() {
      const generator = seededGenerator(request.seed ?? ownSeed, request.epoch ?? 0, 'changes');
      const within = (bound: number) => (2 * uniformFloat32(generator) - 1) * bound;
      const pixels = () => Math.floor(uniformFloat32(generator) * (2 * shift + 1)) - shift;
      for (const { size, inputs, targets } of examples.batches(request)) {
        const changed = new Float32Array(inputs.length);
        for (let begin = 0; begin < inputs.length; begin += height * width) {
          const picture = { values: inputs, begin, height, width };
          const [dx, dy] = [pixels(), pixels()];
          const map = affineMap(
            dx,
            dy,
            within(radians),
            Math.exp(within(scale)),
            Math.exp(within(scale)),
            within(shear),
          );
          if (shiftsAlone) shiftPicture(picture, changed, dx, dy);
          else resamplePicture(picture, changed, map);
        }
        yield { size, inputs: changed, targets };
      }
    },
  });
  return { size, inputShape, targetShape, batches };
}

function affineMap(dx: number, dy: number, angle: number, scaleX: number, scaleY: number, shear: number): AffineMap {
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  const [xx, xy] = [cos * scaleX, (cos * shear - sin) * scaleY];
  const [yx, yy] = [sin * scaleX, (sin * shear + cos) * scaleY];
  return { xx, xy, x0: -xx * dx - xy * dy, yx, yy, y0: -yx * dx - yy * dy };
}

function pictureShape(shape: readonly number[]): readonly [height: number, width: number] {
  const [height, width] = shape;
  if (shape.length === 2 && height !== undefined && width !== undefined) return [height, width];
  throw new DatasetError({
    where: 'augmented',
    expected: 'inputs of shape [height, width]',
    got: `[${shape.join(', ')}]`,
  });
}

function checkBound(name: string, value: number): void {
  if (name === 'shift' ? Number.isSafeInteger(value) && value >= 0 : value >= 0 && value < Number.POSITIVE_INFINITY)
    return;
  const expected =
    name === 'shift' ? 'shift to be a whole number of pixels from 0 up' : `${name} to be a number from 0 up`;
  throw new DatasetError({ where: 'augmented', expected, got: `${value}` });
}
