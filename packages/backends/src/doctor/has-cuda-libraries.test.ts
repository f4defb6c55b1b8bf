import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, it } from 'vitest';
import { bindingOf } from '../install/link-binding';
import { hasCudaLibraries } from './has-cuda-libraries';

it('looks beside the binding that is linked', () => {
  const folder = mkdtempSync(join(tmpdir(), 'cuda-'));
  const [nodePackage, cache] = [join(folder, 'package'), join(folder, 'cache')];
  mkdirSync(cache);
  expect(hasCudaLibraries(nodePackage)).toBe(false);
  mkdirSync(dirname(bindingOf(nodePackage)), { recursive: true });
  writeFileSync(join(cache, 'tfjs_binding.node'), '');
  symlinkSync(join(cache, 'tfjs_binding.node'), bindingOf(nodePackage));
  expect(hasCudaLibraries(nodePackage)).toBe(false);
  mkdirSync(join(cache, 'nvidia/cudnn/lib'), { recursive: true });
  expect(hasCudaLibraries(nodePackage)).toBe(true);
  rmSync(folder, { recursive: true });
});
