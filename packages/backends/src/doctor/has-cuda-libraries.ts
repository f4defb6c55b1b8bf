import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { findPackage } from '../find-package';
import { bindingOf, hasBinding } from '../install/link-binding';

/** Whether the binding of tfjs-node-gpu is one that `install tensorflow --cuda` made, with CUDA's libraries beside it. */
export function hasCudaLibraries(nodePackage = findPackage('@tensorflow/tfjs-node-gpu')): boolean {
  if (nodePackage === undefined || !hasBinding(nodePackage)) return false;
  return existsSync(join(realpathSync(bindingOf(nodePackage)), '../nvidia'));
}
