import { existsSync } from 'node:fs';
import { expect, it } from 'vitest';
import { findPackage } from './find-package';

it('gives the folder of a package that is installed', () => {
  expect(existsSync(`${findPackage('@tensorflow/tfjs-core')}/package.json`)).toBe(true);
});

it('gives nothing for one that is not', () => {
  expect(findPackage('@rnn/never-published')).toBeUndefined();
});
