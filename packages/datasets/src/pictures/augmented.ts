import { uniformFloat32 } from 'pure-rand/distribution/uniformFloat32';
import type { Batch } from '../batch';
import { chooseSeed } from '../choose-seed';
import type { BatchesOptions } from '../dataset';
import { DatasetError } from '../dataset-error';
import type { ExampleSet } from '../example-set';
import { seededGenerator } from '../seeded-generator';
import { mapInputs } from './map-inputs';
import { pictureShape } from './picture-shape';
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
  const [height, width] = pictureShape('augmented', examples);
  check(Number.isSafeInteger(shift) && shift >= 0, 'shift to be a whole number of pixels from 0 up', shift);
  for (const [name, bound] of Object.entries({ rotate, scale, shear })) {
    check(bound >= 0 && bound < Number.POSITIVE_INFINITY, `${name} to be a number from 0 up`, bound);
  }
  const ownSeed = chooseSeed('augmented', options.seed ?? 0);
  const shiftsAlone = rotate === 0 && scale === 0 && shear === 0;

  const batches = (request: BatchesOptions): Iterable<Batch> =>
    mapInputs(examples.batches(request), () => {
      const generator = seededGenerator(request.seed ?? ownSeed, request.epoch ?? 0, 'changes');
      const within = (bound: number) => (2 * uniformFloat32(generator) - 1) * bound;
      const pixels = () => Math.floor(uniformFloat32(generator) * (2 * shift + 1)) - shift;
      return (values) => {
        const changed = new Float32Array(values.length);
        for (let begin = 0; begin < values.length; begin += height * width) {
          const picture = { values, begin, height, width };
          const [dx, dy] = [pixels(), pixels()];
          const [degrees, logX, logY, lean] = [within(rotate), within(scale), within(scale), within(shear)];
          if (shiftsAlone) shiftPicture(picture, changed, dx, dy);
          else resamplePicture(picture, changed, affineMap(dx, dy, degrees, Math.exp(logX), Math.exp(logY), lean));
        }
        return changed;
      };
    });
  return { size, inputShape, targetShape, batches };
}

function affineMap(dx: number, dy: number, degrees: number, scaleX: number, scaleY: number, shear: number): AffineMap {
  const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
  const [xx, xy] = [cos * scaleX, (cos * shear - sin) * scaleY];
  const [yx, yy] = [sin * scaleX, (sin * shear + cos) * scaleY];
  return { xx, xy, x0: -xx * dx - xy * dy, yx, yy, y0: -yx * dx - yy * dy };
}

function check(holds: boolean, expected: string, got: number): void {
  if (!holds) throw new DatasetError({ where: 'augmented', expected, got: `${got}` });
}
