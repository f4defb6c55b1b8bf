import { fashionMnistSet } from './fashion-mnist-set';
import { loadSet, type Mnist } from './load-set';
import type { MnistOptions } from './mnist';
import type { MnistSource } from './read-set';

export interface FashionMnistOptions extends Omit<MnistOptions, 'sources'> {
  /** Where to look unless a `folder` is named, in this order. Default: the cache, a download. */
  readonly sources?: readonly Exclude<MnistSource, 'package'>[] | undefined;
}

/** What the labels 0 to 9 of Fashion-MNIST mean, by its authors' names. */
export const fashionMnistClasses: readonly string[] = [
  'T-shirt/top',
  'Trouser',
  'Pullover',
  'Dress',
  'Coat',
  'Sandal',
  'Shirt',
  'Sneaker',
  'Bag',
  'Ankle boot',
];

/**
 * Articles of clothing in MNIST's place: as many pictures of the same size, in ten classes that are harder to tell apart. Divided, scaled
 * and labelled as `mnist` does. Source: H. Xiao, K. Rasul, R. Vollgraf, https://arxiv.org/abs/1708.07747 (MIT licence, Zalando SE). Runs in
 * Node alone, since it reads files.
 *
 *     const { train, test } = await fashionMnist({ seed: 1 });   // the first time, 31 MB are downloaded
 *     train.nextBatch(128);                                      // inputs [128, 28, 28], targets [128, 10]
 *     fashionMnistClasses[9];                                    // Ankle boot
 */
export function fashionMnist(options: FashionMnistOptions = {}): Promise<Mnist> {
  return loadSet(fashionMnistSet, options);
}
