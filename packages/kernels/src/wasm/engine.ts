import { KernelError } from '../kernel-error';
import { Arena } from './arena';
import { moduleBytes } from './module-bytes';
import { PackedWeights } from './packed-weights';
import { hasRelaxedSimd, nodeModule } from './relaxed-simd';
import { askedSimd, compile, mayBeWide, paysWide, type Simd, simds } from './simd';
import { maximumThreads, type ThreadFunction, Threads } from './threads';
import type { UpdateFunctions } from './update-functions';
import { type WorkerHost, workerHost } from './worker-host';

/** Of 64 KiB: 4 GiB, all that 32-bit addresses reach. */
const maximumPages = 65536;
/** 256 MiB; where not even that can be reserved, there is no engine. */
const leastMaximumPages = 4096;
const initialPages = 2;
/** Below lie the module's constants and the threads' words. */
const arenaBegin = 65536;

/** Less is not worth a thread: a sleeping one takes longer to wake. In training, two threads came to pay between 9 and 14 million in all (docs/performance.md). */
const leastShare = 5_000_000;

type Pack = (from: number, to: number, ...sizes: number[]) => void;

interface EngineFunctions extends UpdateFunctions, Record<ThreadFunction, (sequence: number) => void> {
  readonly packWeights: Pack;
  readonly packTransposed: Pack;
  readonly packBias: Pack;
  readonly unpack: Pack;
  readonly addInto: Pack;
  readonly softmaxCrossEntropy: (...addressesAndSizes: number[]) => number;
  readonly repeatTile: (panels: number, times: number, at: number) => void;
}

export interface EngineOptions {
  /** Threads in all. */
  readonly threads: number;
  /** Default: `RNN_SIMD`, or the fastest that the machine has. */
  readonly simd?: Simd;
  /** Multiplications that a thread's share must have, or fewer threads share the work. */
  readonly worthAThread?: number;
  /** How long a thread may go on after the caller's, besides ten times its time, before it counts as dead. */
  readonly graceMs?: number;
  /** Where workers come from. Default: Node, or the browser. */
  readonly host?: WorkerHost;
}

/** The WebAssembly module with its memory and threads; one in a process, made on first use. */
export class Engine {
  readonly functions: EngineFunctions;
  readonly arena: Arena;
  readonly weights: PackedWeights;
  readonly threads: Threads;
  readonly worthAThread: number;
  readonly simd: Simd;
  readonly #memory: WebAssembly.Memory;
  #floats: Float32Array;

  constructor({
    threads,
    simd = askedSimd(),
    worthAThread = leastShare,
    graceMs = 10_000,
    host = workerHost(),
  }: EngineOptions) {
    this.worthAThread = worthAThread;
    const shared = threads > 1;
    const { memory, maximum } = reserveMemory(shared);
    this.#memory = memory;
    this.#floats = new Float32Array(this.#memory.buffer);
    const make = (chosen: Simd): { module: WebAssembly.Module; functions: EngineFunctions } => {
      const module = compile(moduleBytes(chosen, shared), chosen);
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
    // The last page stays empty, so that the end of a block is an address of 32 bits too.
    this.arena = new Arena(this.#memory, arenaBegin, Math.min(maximum, maximumPages - 1));
    this.weights = new PackedWeights(this.arena);
    this.threads = new Threads(threads, made.module, this.#memory, this.functions, graceMs, host);
  }

  /** Bytes that are held for gradients to come, while nothing runs. */
  get heldBytes(): number {
    return this.arena.usedBytes - this.weights.bytes;
  }

  /** The memory as floats; ask anew after an allocation, which may have moved it. */
  get floats(): Float32Array {
    if (this.#floats.buffer !== this.#memory.buffer) this.#floats = new Float32Array(this.#memory.buffer);
    return this.#floats;
  }

  /** What computes, for a person. */
  get device(): string {
    const { count, atWork } = this.threads;
    const threads = `${atWork < count ? `${atWork} of ` : ''}${count} ${count === 1 ? 'thread' : 'threads'}`;
    return `WebAssembly, ${threads}, ${simds[this.simd]}`;
  }
}

/** A memory that may grow to 4 GiB, or as far as the system reserves room for it: a browser on a telephone may give less. */
function reserveMemory(shared: boolean): { memory: WebAssembly.Memory; maximum: number } {
  for (let maximum = maximumPages; ; maximum /= 2) {
    try {
      return { memory: new WebAssembly.Memory({ initial: initialPages, maximum, shared }), maximum };
    } catch (error) {
      if (maximum === leastMaximumPages) throw error;
    }
  }
}

let made: Engine | undefined;
let fault: string | undefined;
let askedThreads: number | undefined;

export function engine(): Engine {
  made ??= new Engine({ threads: threadCount() });
  return made;
}

/** Why no engine can be made here, such as a page's content security policy; undefined where one can, which then is made. */
export function engineFault(): string | undefined {
  if (fault !== undefined) return fault;
  try {
    engine();
  } catch (error) {
    if (error instanceof KernelError) throw error;
    fault = `WebAssembly does not start here: ${(error as Error).message}`;
  }
  return fault;
}

/** The engine where one has been made; asking makes none. */
export function engineIfMade(): Engine | undefined {
  return made;
}

/** Has the engine split work for `count` threads; one that has another count, or a thread that died, gives way to a new one on next use. */
export function askForThreads(count: number): void {
  const before = askedThreads;
  askedThreads = count;
  if (made === undefined || (made.threads.count === threadCount() && !made.threads.hasDied)) return;
  const { heldBytes } = made;
  if (heldBytes > 0) {
    askedThreads = before;
    const remedy = 'Set the threads before what is differentiated, or after its gradients.';
    throw new KernelError('setThreads', 'no gradient to come', `${heldBytes} bytes kept for one`, remedy);
  }
  made.threads.terminate();
  made = undefined;
}

/** What was asked for, or `RNN_THREADS`, or as many as there are cores; one where threads can share no memory. */
function threadCount(): number {
  const os = nodeModule<typeof import('node:os')>('node:os');
  if (os === undefined) {
    if (!globalThis.crossOriginIsolated) return 1;
    return Math.min(askedThreads ?? navigator.hardwareConcurrency, maximumThreads);
  }
  const variable = process.env.RNN_THREADS;
  if (variable !== undefined && !/^[1-9]\d*$/.test(variable))
    throw new KernelError('RNN_THREADS', 'a positive integer', `'${variable}'`);
  if (typeof SharedArrayBuffer === 'undefined') return 1;
  const wanted = askedThreads ?? (variable === undefined ? os.availableParallelism() : Number(variable));
  return Math.min(wanted, maximumThreads);
}
