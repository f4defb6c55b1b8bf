import { KernelError } from '../kernel-error';
import { hasRelaxedSimd, nodeModule } from './relaxed-simd';

/** How the module multiplies: 4 floats at a time; the same in one instruction with the addition; and that 8 floats at a time. */
export const simds = { plain: 'SIMD', relaxed: 'relaxed SIMD', wide: '256-bit SIMD' } as const;
export type Simd = keyof typeof simds;

/** `RNN_SIMD`, where it is set. Throws `KernelError` for any other word, and for one that this machine cannot do. */
export function askedSimd(): Simd | undefined {
  const asked = nodeModule<typeof import('node:process')>('node:process')?.env.RNN_SIMD;
  if (asked === undefined) return undefined;
  if (!Object.hasOwn(simds, asked))
    throw new KernelError('RNN_SIMD', `one of ${Object.keys(simds).join(', ')}`, `'${asked}'`);
  if (asked === 'wide' && !mayBeWide())
    throw new KernelError('RNN_SIMD', 'plain or relaxed, as this V8 has no 256-bit SIMD', "'wide'");
  if (asked !== 'plain' && !hasRelaxedSimd())
    throw new KernelError('RNN_SIMD', 'plain, as there is no relaxed SIMD here', `'${asked}'`);
  return asked as Simd;
}

/**
 * The V8 whose revectorizer makes one 256-bit instruction of the two 128-bit ones that the wide module's tiles have side by side. Those before it have none;
 * those after it, 14.1 of Node 25 and 14.6 of Node 26, end the process when they compile that module.
 */
const wideV8 = 13;

/** Whether the wide module may be worth a try; `paysWide` tells. */
export function mayBeWide(node = nodeModule<Pick<NodeJS.Process, 'arch' | 'versions'>>('node:process')): boolean {
  return node?.arch === 'x64' && Number.parseInt(node.versions.v8, 10) === wideV8 && hasRelaxedSimd();
}

/**
 * V8's flags for the wide module. The revectorizer is an experiment of V8, and works in its optimizing compiler only; so the module is compiled
 * by that at once, and the flags are put back before anything else is compiled.
 */
const wideFlags = [
  ['--experimental-wasm-revectorize', '--no-experimental-wasm-revectorize'],
  ['--no-liftoff', '--liftoff'],
  ['--no-wasm-lazy-compilation', '--wasm-lazy-compilation'],
] as const;

/** Compiles a module; the wide one 256 bits wide. */
export function compile(bytes: Uint8Array<ArrayBuffer>, simd: Simd): WebAssembly.Module {
  const v8 = simd === 'wide' && mayBeWide() ? nodeModule<typeof import('node:v8')>('node:v8') : undefined;
  const given = nodeModule<typeof import('node:process')>('node:process')?.execArgv ?? [];
  const flags = wideFlags.filter(([on]) => !given.some((flag) => flag.replaceAll('_', '-') === on));
  for (const [on] of flags) v8?.setFlagsFromString(on);
  try {
    return new WebAssembly.Module(bytes);
  } finally {
    for (const [, off] of flags) v8?.setFlagsFromString(off);
  }
}

/** Whether a tile of two panels takes less than two tiles of one: it does only where it was compiled for 256 bits. */
export function paysWide(
  repeatTile: (panels: number, times: number, at: number) => void,
  at: number,
  now = (): number => performance.now(),
): boolean {
  const fastest = (panels: number): number => {
    const times = Array.from({ length: 8 }, () => {
      const began = now();
      repeatTile(panels, 250, at);
      return now() - began;
    });
    return Math.min(...times);
  };
  return fastest(2) < 2 * fastest(1);
}
