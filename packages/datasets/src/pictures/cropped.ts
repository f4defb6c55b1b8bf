import { DatasetError } from '../dataset-error';
import type { ExampleSet } from '../example-set';
import { mapInputs } from './map-inputs';
import { pictureShape } from './picture-shape';

/**
 * The same pictures without a margin of so many pixels on every side.
 *
 *     cropped(train, 3)   // inputs [28, 28] become [22, 22]
 *
 * Throws a `DatasetError` for inputs of another rank than 2, and where the margin is no whole number of pixels or leaves nothing.
 */
export function cropped(examples: ExampleSet, margin: number): ExampleSet {
  const { size, targetShape } = examples;
  const [fullHeight, fullWidth] = pictureShape('cropped', examples);
  const [height, width] = [fullHeight - 2 * margin, fullWidth - 2 * margin];
  if (!(Number.isInteger(margin) && margin >= 0 && height > 0 && width > 0)) {
    const expected = `a margin of whole pixels from 0 to ${Math.ceil(Math.min(fullHeight, fullWidth) / 2) - 1}`;
    throw new DatasetError({ where: 'cropped', expected, got: `${margin}` });
  }
  const crop = (inputs: Float32Array) => {
    const rest = new Float32Array((inputs.length / (fullHeight * fullWidth)) * height * width);
    for (let row = 0; row < rest.length / width; row++) {
      const y = margin + (row % height);
      const from = (Math.floor(row / height) * fullHeight + y) * fullWidth + margin;
      rest.set(inputs.subarray(from, from + width), row * width);
    }
    return rest;
  };
  const batches: ExampleSet['batches'] = (request) => mapInputs(examples.batches(request), () => crop);
  return { size, inputShape: [height, width], targetShape, batches };
}
