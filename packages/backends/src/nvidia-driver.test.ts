import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { mayReachNvidia, nvidiaDriver } from './nvidia-driver';

it('reads the version of the driver that runs', () => {
  const folder = mkdtempSync(join(tmpdir(), 'nvidia-'));
  const file = join(folder, 'version');
  writeFileSync(
    file,
    'NVRM version: NVIDIA UNIX x86_64 Kernel Module  550.54.15  Tue Mar  5 22:23:56 UTC 2024\nGCC version:  gcc version 12.2.0\n',
  );
  expect(nvidiaDriver(file)).toBe('550.54.15');
  rmSync(folder, { recursive: true });
});

it('gives nothing where there is none', () => {
  expect(nvidiaDriver('/nowhere/version')).toBeUndefined();
});

it('a card can be reached on Linux where one of the files of its driver is, and perhaps on any other system', () => {
  expect(mayReachNvidia('linux', ['/nowhere/version', tmpdir()])).toBe(true);
  expect(mayReachNvidia('linux', ['/nowhere/version', '/nowhere/device'])).toBe(false);
  expect(mayReachNvidia('win32', ['/nowhere/version'])).toBe(true);
});
