import type { MnistPart } from './mnist-files';

/** What `make` makes of each of the four files, one after the other; the first failure ends it. */
export async function forEachPart<Made>(make: (part: MnistPart) => Promise<Made>): Promise<Record<MnistPart, Made>> {
  return {
    trainImages: await make('trainImages'),
    trainLabels: await make('trainLabels'),
    testImages: await make('testImages'),
    testLabels: await make('testLabels'),
  };
}
