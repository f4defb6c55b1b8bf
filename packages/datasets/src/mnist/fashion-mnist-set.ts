import type { PublishedSet } from './published-set';

/**
 * Fashion-MNIST (Xiao, Rasul & Vollgraf 2017). Addresses: https://github.com/zalandoresearch/fashion-mnist, "Get the Data". The SHA-256 are of
 * the files uncompressed, whose archives have the MD5 published there (8d4fb7e6…, 25c81989…, bef4ecab…, bb300cfd…); several loaders check by
 * the same ones.
 */
export const fashionMnistSet: PublishedSet = {
  where: 'fashionMnist',
  title: 'Fashion-MNIST',
  folder: 'fashion-mnist',
  files: {
    trainImages: {
      name: 'train-images-idx3-ubyte',
      size: 47_040_016,
      sha256: 'c59f468a2f672dc815687fe0f83887768d799fd8a3f3276145d20f83aa44d888',
    },
    trainLabels: {
      name: 'train-labels-idx1-ubyte',
      size: 60_008,
      sha256: 'bad3541b69d912435c50bb6ba87bec294ff4f6a2e1246121d8633921760443d9',
    },
    testImages: {
      name: 't10k-images-idx3-ubyte',
      size: 7_840_016,
      sha256: '5b4141f0afbad91edebe8549f8fcffe087ea10ca49f1dbef5c9a5cd8815ce37b',
    },
    testLabels: {
      name: 't10k-labels-idx1-ubyte',
      size: 10_008,
      sha256: '0402a96d92fd2663957122ceb108a494c5af83dab82d92729df917d7dec38c34',
    },
  },
  mirrors: [
    'https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/',
    'http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/', // plain http: what was changed on the way has another SHA-256
  ],
};
