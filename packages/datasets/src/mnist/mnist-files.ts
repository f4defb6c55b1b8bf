/** A file known by its content. */
export interface KnownFile {
  readonly name: string;
  /** Bytes, uncompressed. */
  readonly size: number;
  /** Of the uncompressed bytes, in hexadecimal. */
  readonly sha256: string;
}

export type MnistPart = 'trainImages' | 'trainLabels' | 'testImages' | 'testLabels';

/** The four files of MNIST (LeCun, Cortes & Burges 1998), as they have been handed round ever since. */
export const mnistFiles: Readonly<Record<MnistPart, KnownFile>> = {
  trainImages: {
    name: 'train-images-idx3-ubyte',
    size: 47_040_016,
    sha256: 'ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db',
  },
  trainLabels: {
    name: 'train-labels-idx1-ubyte',
    size: 60_008,
    sha256: '65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5',
  },
  testImages: {
    name: 't10k-images-idx3-ubyte',
    size: 7_840_016,
    sha256: '0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7',
  },
  testLabels: {
    name: 't10k-labels-idx1-ubyte',
    size: 10_008,
    sha256: 'ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2',
  },
};

/** The bytes of one file, uncompressed, under the name that messages about it use. */
export interface NamedBytes {
  readonly name: string;
  readonly bytes: Uint8Array;
}

/** The four files, read. */
export type MnistBytes = Readonly<Record<MnistPart, NamedBytes>>;
