import { findBackendFactory } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';

const packageName = 'webgpu';

/** What this file uses of WebGPU, whose types need the DOM's. */
interface Gpu {
  requestAdapter(options?: { powerPreference: 'high-performance' }): Promise<Adapter | null>;
}
interface Adapter {
  readonly info: {
    readonly vendor?: string;
    readonly architecture?: string;
    readonly description?: string;
    readonly isFallbackAdapter?: boolean;
  };
}
/** The npm package `webgpu`: Dawn, the WebGPU of Chromium, for Node. */
interface Dawn {
  create(flags: readonly string[]): Gpu;
  readonly globals: object;
}

const gpuHere = (): Gpu | undefined => (globalThis.navigator as { readonly gpu?: Gpu } | undefined)?.gpu;

/**
 * TensorFlow.js on WebGPU: a browser's own, or in Node that of the package `webgpu`, an optional peer. `findPackage` gives the address of its module, or
 * nothing where it is not installed.
 */
export const webgpuIn = (findPackage: () => string | undefined): Backend<'webgpu'> => ({
  name: 'webgpu',
  async absence() {
    if (gpuHere()) return undefined;
    if (!globalThis.process?.getBuiltinModule) return { reason: 'there is no WebGPU here', remedy: "Use 'wasm'." };
    if (findPackage()) return undefined;
    return { reason: `${packageName} is not installed`, remedy: `Run npm install ${packageName}.` };
  },
  async load() {
    const gpu = gpuHere() ?? (await dawn(findPackage() as string));
    const adapter = await gpu.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('no adapter was found');
    await import('@tensorflow/tfjs-backend-webgpu');
    if (!findBackendFactory('webgpu')) {
      throw new Error('@tensorflow/tfjs-backend-webgpu was imported before there was WebGPU: import it by useBackend alone');
    }
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const words = [vendor, architecture, description].filter((word) => word).join(' ');
    return {
      registeredAs: 'webgpu',
      versions: {},
      device: () => `${isFallbackAdapter ? 'CPU' : 'GPU'}, ${words}`,
    };
  },
  remedy:
    'WebGPU needs a driver: on Linux that of Vulkan (libvulkan1 and the one of your card). Without a GPU, VK_DRIVER_FILES may name that of SwiftShader.',
});

/** The package as installed beside this one. */
export const webgpu = webgpuIn(() => {
  try {
    const { createRequire } = process.getBuiltinModule('node:module');
    const { pathToFileURL } = process.getBuiltinModule('node:url');
    return pathToFileURL(createRequire(import.meta.url).resolve(packageName)).href;
  } catch {
    return undefined;
  }
});

/** Puts Dawn's WebGPU where a browser has its own. */
async function dawn(module: string): Promise<Gpu> {
  // By its address, and not by its name: no bundler is to look for an optional package.
  const { create, globals } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ module)) as Dawn;
  const gpu = create([]);
  Object.assign(globalThis, globals);
  const navigator = globalThis.navigator ?? Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true }).navigator;
  Object.defineProperty(navigator, 'gpu', { value: gpu, configurable: true });
  return gpu;
}
