import type { Dataset } from '@rnn/datasets';
import type { NamedPicture } from 'app-common/pictures';
import { confusionMatrix } from './pictures/confusion-matrix';
import { misreadDigits } from './pictures/misread-digits';
import type { ImagesRead } from './read-images';

/** What is drawn of how a model reads the test images: which digits it takes for which, and those that it misreads. */
export async function readingPictures(
  name: string,
  test: Dataset,
  { counts, misread, examples }: ImagesRead,
): Promise<NamedPicture[]> {
  const digits = misread.map(({ index, ...read }) => ({ ...read, pixels: test.slice(index, index + 1).inputs }));
  return [
    {
      name: 'confusion-matrix',
      caption: 'Which digits are taken for which.',
      svg: await confusionMatrix({ title: `${name}: what the test images are taken for`, counts }),
    },
    {
      name: 'misread-digits',
      caption: 'Test images that are misread, those first of which the model was surest.',
      svg: await misreadDigits({ title: `${name}: misread test images`, digits, tested: examples }),
    },
  ];
}
