import { findBackendFactory } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';
import { findPackage } from './find-package';
import { requireFrom } from './require-from';
import { vulkanDrivers } from './vulkan-drivers';

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

/** Drivers that compute on the CPU, also where a browser does not mark them. */
const software = /swiftshader|llvmpipe|basic render/i;

const driverRemedy =
  'On Linux install libvulkan1 and the Vulkan driver of your card; VK_DRIVER_FILES may name one, also one that computes on the CPU.';

/**
 * TensorFlow.js on WebGPU: a browser's own, or in Node that of the package `webgpu`, an optional peer. A software adapter is a CPU.
 *
 * `find` gives the folder of the package, or nothing where it is not installed; `drivers` those of Vulkan, or nothing where none is needed.
 */
export const webgpuIn = (
  find: () => string | undefined,
  drivers: () => readonly string[] | undefined,
): Backend<'webgpu'> => ({
  name: 'webgpu',
  async absence() {
    if (gpuHere()) return undefined;
    if (!globalThis.process?.getBuiltinModule) return { reason: 'there is no WebGPU here', remedy: "Use 'wasm'." };
    if (!find()) return { reason: `${packageName} is not installed`, remedy: `Run npm install ${packageName}.` };
    // Looked for here: without one Dawn prints four lines of warnings that nobody asked for.
    if (drivers()?.length === 0) return { reason: 'webgpu finds no Vulkan driver', remedy: driverRemedy };
    return undefined;
  },
  async load() {
    const there = gpuHere();
    const dawn = there ? undefined : await loadDawn(find() as string);
    const adapter = await (there ?? dawn?.gpu)?.requestAdapter({ powerPreference: 'high-performance' });
    if (!adapter) throw new Error('no adapter was found');
    dawn?.putInPlace();
    await import('@tensorflow/tfjs-backend-webgpu');
    // Its module registers it once, as it is loaded, and only where there is WebGPU by then.
    if (!findBackendFactory('webgpu')) {
      throw new Error('@tensorflow/tfjs-backend-webgpu was imported before there was WebGPU');
    }
    const { vendor, architecture, description, isFallbackAdapter } = adapter.info;
    const words = [vendor, architecture, description].filter((word) => word).join(' ');
    const onGpu = !isFallbackAdapter && !software.test(words);
    return {
      registeredAs: 'webgpu',
      versions: dawn ? { [packageName]: dawn.version } : {},
      device: () => `${onGpu ? 'GPU' : 'CPU'}, ${words}`,
      onGpu: () => onGpu,
    };
  },
  remedy: driverRemedy,
});

/** The package as installed beside this one, and the drivers of this machine. */
export const webgpu = webgpuIn(() => findPackage(packageName), vulkanDrivers);

/** Loads the package from its folder, and can put its WebGPU where a browser has its own. */
async function loadDawn(folder: string) {
  const { join } = process.getBuiltinModule('node:path');
  const { pathToFileURL } = process.getBuiltinModule('node:url');
  const { version, main }: { version: string; main: string } = requireFrom(`${folder}/`)('./package.json');
  // By its address, and not by its name: no bundler is to look for an optional package.
  const address = pathToFileURL(join(folder, main)).href;
  const { create, globals } = (await import(/* @vite-ignore */ /* webpackIgnore: true */ address)) as Dawn;
  const gpu = create([]);
  return {
    gpu,
    version,
    putInPlace(): void {
      Object.assign(globalThis, globals);
      // Node has a navigator since version 21.
      if (!globalThis.navigator) Object.defineProperty(globalThis, 'navigator', { value: {}, configurable: true });
      Object.defineProperty(globalThis.navigator, 'gpu', { value: gpu, configurable: true });
    },
  };
}
