import { KernelError } from '../kernel-error';
import { Arena } from './arena';
import { modules } from './modules';
import { hasRelaxedSimd, nodeModule } from './relaxed-simd';
import { askedSimd, compile, mayBeWide, paysWide, type Simd, simds } from './simd';
import { maximumThreads, type ThreadFunction, Threads } from './threads';

/** Of 64 KiB: 4 GiB, all that 32-bit addresses reach. */
const maximumPages = 65536;
const initialPages = 2;
/** Below lie the module's constants and the threads' words. */
const arenaBegin = 65536;

type Pack = (from: number, to: number, ...sizes: number[]) => void;
type Update = (count: number, ...listsAndConstants: number[]) => void;

interface EngineFunctions extends Record<ThreadFunction, (sequence: number) => void> {
  readonly packWeights: Pack;
  readonly packTransposed: Pack;
  readonly packBias: Pack;
  readonly unpack: Pack;
  readonly addInto: Pack;
  readonly adam: Update;
  readonly adagrad: Update;
  readonly momentum: Update;
  readonly scale: Update;
  readonly sumOfSquares: (count: number, list: number) => number;
  readonly softmaxCrossEntropy: (...addressesAndSizes: number[]) => number;
  readonly repeatTile: (panels: number, times: number, at: number) => void;
}

export interface EngineOptions {
  /** Threads in all. */
  readonly threads: number;
  /** Default: `RNN_SIMD`, or the fastest that the machine has. */
  readonly simd?: Simd;
  /** How long a thread may go on after the caller's, besides a hundred times its time, before it counts as dead. */
  readonly graceMs?: number;
}

/** The WebAssembly module with its memory and threads; one in a process, made on first use. */
export class Engine {
  readonly functions: EngineFunctions;
  readonly arena: Arena;
  readonly threads: Threads;
  readonly simd: Simd;
  readonly #memory: WebAssembly.Memory;
  #floats: Float32Array;

  constructor({ threads, simd = askedSimd(), graceMs = 10_000 }: EngineOptions) {
    const shared = threads > 1;
    this.#memory = new WebAssembly.Memory({ initial: initialPages, maximum: maximumPages, shared });
    this.#floats = new Float32Array(this.#memory.buffer);
    const make = (chosen: Simd): { module: WebAssembly.Module; functions: EngineFunctions } => {
      const { base64, memoryFlags } = modules[chosen];
      const bytes = Uint8Array.from(atob(base64), (letter) => letter.charCodeAt(0));
      if (!shared) bytes[memoryFlags] = 1;
      const module = compile(bytes, chosen);
      const instance = new WebAssembly.Instance(module, { env: { memory: this.#memory } });
      return { module, functions: instance.exports as unknown as EngineFunctions };
    };
    const fallback = hasRelaxedSimd() ? 'relaxed' : 'plain';
    this.simd = simd ?? (mayBeWide() ? 'wide' : fallback);
    let made = make(this.simd);
    if (simd === undefined && this.simd === 'wide' && !paysWide(made.functions.repeatTile, arenaBegin)) {
      this.simd = fallback;
      made = make(this.simd);
    }
    this.functions = made.functions;
    this.arena = new Arena(this.#memory, arenaBegin, maximumPages);
    this.threads = new Threads(threads, made.module, this.#memory, this.functions, graceMs);
  }

  /** The memory as floats; ask anew after an allocation, which may have moved it. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.#memory.buffer) this.#floats = new Float32Array(this.#memory.buffer);
    return this.#floats;
  }

  /** What computes, for a person. */
  get device(): string {
    const { count } = this.threads;
    return `WebAssembly, ${count} ${count === 1 ? 'thread' : 'threads'}, ${simds[this.simd]}`;
  }
}

let made: Engine | undefined;

export function engine(): Engine {
  made ??= new Engine({ threads: threadCount() });
  return made;
}

/** `RNN_THREADS`, or as many as there are cores; one where there are no worker threads or no shared memory. */
function threadCount(): number {
  const os = nodeModule<typeof import('node:os')>('node:os');
  if (os === undefined) return 1;
  const asked = process.env.RNN_THREADS;
  if (asked !== undefined && !/^[1-9]\d*$/.test(asked))
    throw new KernelError('RNN_THREADS', 'a positive integer', `'${asked}'`);
  if (typeof SharedArrayBuffer === 'undefined') return 1;
  return Math.min(asked === undefined ? os.availableParallelism() : Number(asked), maximumThreads);
}
