import { env, square } from '@tensorflow/tfjs-core';
import { expect, it, vi } from 'vitest';
import { cpu } from './cpu';
import { startBackend } from './start-backend';

it('computes without the banner that TensorFlow.js prints in Node, and leaves production mode as it was', async () => {
  const warn = vi.spyOn(console, 'warn');
  expect(await startBackend(cpu, {})).toMatchObject({ device: 'CPU, plain JavaScript, 1 thread' });
  square([1, 2]).dispose();
  expect(warn).not.toHaveBeenCalled();
  expect(env().getBool('PROD')).toBe(false);
});
