import type { Worker } from 'node:worker_threads';
import { KernelError } from '../kernel-error';
import { nodeModule } from './relaxed-simd';

/** Where the words lie by which threads are told what to do, in bytes; below lie the module's constants, above the arena. */
const controlAddress = 32768;
/** Words: the number of the task, the function to call; then a cache line for each worker. */
const controlWords = 1024;
const taskWord = 0;
const functionWord = 1;
const threadWords = 16;
/** The caller's thread, and a worker for each line that there is room for. */
export const maximumThreads = controlWords / threadWords;
/** In a thread's line: the number of the task it has done, its argument, whether it failed. */
const doneWord = 0;
const argumentWord = 1;
const failedWord = 2;

/** How long a thread may take to start. */
const startMs = 20_000;

/** The functions that threads can be told to call, each with the address of its Sequence. */
const threadFunctions = [
  'lstmForward',
  'lstmBackward',
  'gruForward',
  'gruBackward',
  'gruResetAfterForward',
  'gruResetAfterBackward',
  'rnnForward',
  'rnnBackward',
] as const;
export type ThreadFunction = (typeof threadFunctions)[number];

// Runs in a worker. It spins a little before it sleeps: the next task of a training loop comes within microseconds.
const workerCode = `
const { workerData: { module, memory, thread, names, address } } = require('node:worker_threads');
const functions = new WebAssembly.Instance(module, { env: { memory } }).exports;
const words = new Int32Array(memory.buffer, address, ${controlWords});
const own = ${threadWords} * (thread + 1);
let task = 0;
Atomics.store(words, own + ${doneWord}, -1);
Atomics.notify(words, own + ${doneWord});
for (;;) {
  for (let spins = 0; Atomics.load(words, ${taskWord}) === task; spins++) if (spins > 2000) Atomics.wait(words, ${taskWord}, task);
  task = Atomics.load(words, ${taskWord});
  const argument = words[own + ${argumentWord}];
  if (argument !== 0) {
    try { functions[names[words[${functionWord}]]](argument); }
    catch (error) { Atomics.store(words, own + ${failedWord}, 1); }
  }
  Atomics.store(words, own + ${doneWord}, task);
  Atomics.notify(words, own + ${doneWord});
}`;

/** Calls functions of the engine on several threads over one memory; the caller's is one of them. */
export class Threads {
  /** The threads besides the caller's. */
  readonly workers: readonly Worker[];
  readonly #functions: Record<ThreadFunction, (sequence: number) => void>;
  readonly #words: Int32Array;
  readonly #graceMs: number;
  #task = 0;
  #dead: string | undefined;

  /**
   * Throws `KernelError` where a thread does not start.
   *
   * @param count Threads in all; more than one needs worker threads and shared memory.
   * @param graceMs How long a thread may go on after the caller's, besides a hundred times its time, before it counts as dead.
   */
  constructor(
    count: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    functions: Record<ThreadFunction, (sequence: number) => void>,
    graceMs: number,
  ) {
    this.#functions = functions;
    this.#graceMs = graceMs;
    this.#words = new Int32Array(memory.buffer, controlAddress, controlWords);
    const node = count > 1 ? nodeModule<typeof import('node:worker_threads')>('node:worker_threads') : undefined;
    this.workers = Array.from({ length: node === undefined ? 0 : count - 1 }, (_, thread) => {
      const workerData = { module, memory, thread, names: threadFunctions, address: controlAddress };
      // Without the process's own flags: by them the code may count as a module, or load what is not meant for it.
      const options = { eval: true, execArgv: [], workerData };
      const worker = new (node as typeof import('node:worker_threads')).Worker(workerCode, options);
      worker.on('error', (error) => this.#bury(thread, error.message));
      worker.on('exit', (code) => this.#bury(thread, `it ended with status ${code}`));
      // The process may end while its workers wait.
      worker.unref();
      return worker;
    });
    for (const thread of this.workers.keys()) {
      const own = threadWords * (thread + 1) + doneWord;
      Atomics.wait(this.#words, own, 0, startMs);
      if (Atomics.load(this.#words, own) === 0) {
        for (const worker of this.workers) worker.terminate();
        throw new KernelError('threads', `thread ${thread + 1} to start`, `nothing in ${startMs} ms`);
      }
      Atomics.store(this.#words, own, 0);
    }
  }

  get count(): number {
    return this.workers.length + 1;
  }

  /** Calls `name` with each address, one a thread, and waits for all. Throws `KernelError` where a thread has died or fails. */
  run(name: ThreadFunction, addresses: readonly number[]): void {
    if (this.#dead !== undefined)
      throw new KernelError('threads', 'all threads at work', this.#dead, 'Restart the process.');
    const [first, ...others] = addresses;
    const call = this.#functions[name];
    if (others.length === 0) {
      call(first as number);
      return;
    }
    // A number of 32 bits, as the word that holds it.
    this.#task = (this.#task + 1) | 0;
    for (const thread of this.workers.keys())
      this.#words[threadWords * (thread + 1) + argumentWord] = others[thread] ?? 0;
    this.#words[functionWord] = threadFunctions.indexOf(name);
    Atomics.store(this.#words, taskWord, this.#task);
    Atomics.notify(this.#words, taskWord);
    const began = performance.now();
    try {
      call(first as number);
    } finally {
      const own = performance.now() - began;
      for (const thread of others.keys()) this.#join(thread, this.#graceMs + 100 * own);
    }
  }

  #join(thread: number, patienceMs: number): void {
    const line = threadWords * (thread + 1);
    const deadline = performance.now() + patienceMs;
    for (let spins = 0; Atomics.load(this.#words, line + doneWord) !== this.#task; spins++) {
      if (spins < 10_000) continue;
      if (performance.now() > deadline) this.#bury(thread, `no answer in ${Math.round(patienceMs)} ms`);
      if (this.#dead !== undefined)
        throw new KernelError('threads', 'all threads at work', this.#dead, 'Restart the process.');
    }
    if (Atomics.exchange(this.#words, line + failedWord, 0) === 0) return;
    throw new KernelError('threads', `thread ${thread + 1} to compute`, 'an error in it');
  }

  #bury(thread: number, reason: string): void {
    this.#dead ??= `thread ${thread + 1} died: ${reason}`;
  }
}
