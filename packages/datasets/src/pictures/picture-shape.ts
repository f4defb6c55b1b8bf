import { DatasetError } from '../dataset-error';
import type { ExampleSet } from '../example-set';

/** The height and width of the pictures. Throws a `DatasetError` where the inputs are none. */
export function pictureShape(where: string, { inputShape }: ExampleSet): readonly [height: number, width: number] {
  const [height, width] = inputShape;
  if (inputShape.length === 2 && height !== undefined && width !== undefined) return [height, width];
  throw new DatasetError({ where, expected: 'inputs of shape [height, width]', got: `[${inputShape.join(', ')}]` });
}
