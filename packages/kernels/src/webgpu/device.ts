import { backend } from '@tensorflow/tfjs-core';
import type { WebgpuBackend } from './webgpu-backend';

/** What computes, for a person: `WGSL, nvidia ampere`. */
export function device(): string {
  const { adapterInfo = {} } = backend() as WebgpuBackend;
  const words = [adapterInfo.vendor, adapterInfo.architecture, adapterInfo.description].filter((word) => word);
  return ['WGSL', ...words].join(', ');
}
