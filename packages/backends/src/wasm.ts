import { env } from '@tensorflow/tfjs-core';
import type { Backend } from './backend';

/** Where the `.wasm` files are served: a folder (with the slash at its end), or the address of each. */
export type WasmPaths =
  | string
  | Readonly<
      Record<'tfjs-backend-wasm.wasm' | 'tfjs-backend-wasm-simd.wasm' | 'tfjs-backend-wasm-threaded-simd.wasm', string>
    >;

export interface WasmOptions {
  /** For bundled pages; Node finds the files by itself. Read when wasm starts for the first time, never after. */
  readonly wasmPaths?: WasmPaths;
}

/** TensorFlow.js in WebAssembly: the embedded default, with SIMD wherever the engine has it. In Node it runs on one thread. */
export const wasm: Backend<'wasm', WasmOptions> = {
  name: 'wasm',
  async absence() {
    if (typeof WebAssembly === 'object') return undefined;
    return { reason: 'there is no WebAssembly here', remedy: "Use 'cpu'." };
  },
  async load({ wasmPaths }) {
    const { getThreadsCount, setWasmPaths, version_wasm } = await import('@tensorflow/tfjs-backend-wasm');
    if (wasmPaths) setWasmPaths(wasmPaths);
    return {
      registeredAs: 'wasm',
      versions: { '@tensorflow/tfjs-backend-wasm': version_wasm },
      device() {
        const threads = getThreadsCount();
        const simd = env().getBool('WASM_HAS_SIMD_SUPPORT') ? 'SIMD' : 'no SIMD';
        return `CPU, ${simd}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;
      },
      onGpu: () => false,
    };
  },
  remedy: 'When it is first started, pass as wasmPaths where the .wasm files of @tensorflow/tfjs-backend-wasm are.',
};
