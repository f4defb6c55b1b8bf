import type { ExampleSet } from '../example-set';
import { deskewPicture } from './deskew-picture';
import { mapInputs } from './map-inputs';
import { pictureShape } from './picture-shape';

/**
 * Pictures `[height, width]` made upright: each row is moved across by as much as the picture slants, about its centre of mass.
 *
 *     slant = cov(x, y) / var(y)                                        over the picture, each pixel counted by its value
 *     new picture at (x, y) = picture at (x + slant · (y - mean y), y)  linear between two pixels, zero outside
 *
 * LeCun et al. 1998 deskewed MNIST for classifiers that are not told how a digit may lean. What is predicted from has to be deskewed too.
 * Throws a `DatasetError` for inputs of another rank than 2.
 */
export function deskewed(examples: ExampleSet): ExampleSet {
  const { size, inputShape, targetShape } = examples;
  const [height, width] = pictureShape('deskewed', examples);
  const deskew = (values: Float32Array) => {
    const drawn = new Float32Array(values.length);
    for (let begin = 0; begin < values.length; begin += height * width) {
      deskewPicture({ values, begin, height, width }, drawn);
    }
    return drawn;
  };
  return { size, inputShape, targetShape, batches: (request) => mapInputs(examples.batches(request), () => deskew) };
}
