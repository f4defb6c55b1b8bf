import { KernelError } from '../kernel-error';
import type { EngineWorker, WorkerHost } from './worker-host';

/** Where the words lie by which threads are told what to do, in bytes; below lie the module's constants, above the arena. */
const controlAddress = 32768;
/** Words, a cache line for each thread; the caller's own is not used. */
const controlWords = 1024;
const threadWords = 16;
/** The caller's thread, and a worker for each line that there is room for. */
export const maximumThreads = controlWords / threadWords;
/** In a worker's line: whether it has started, the number of its task, the function to call with its argument, the task it has done, whether it failed. */
const startedWord = 0;
const taskWord = 1;
const functionWord = 2;
const argumentWord = 3;
const doneWord = 4;
const failedWord = 5;

/**
 * How many times as long as the caller's share the others may take. They are as large; but other programs' work may stand in one's way. Only what
 * cannot be told ends a worker in the middle of a task: its errors are caught, and that it is terminated is known.
 */
const patience = 10;

/** How often the caller looks for a thread's answer, some tens of microseconds in all, before it looks at the time. */
const spinsAtOnce = 10_000;

/** How long a thread may take to start. */
const startMs = 20_000;

/** The functions that threads can be told to call, each with the address of the first of some Sequences. */
const threadFunctions = ['forward', 'backward'] as const;
export type ThreadFunction = (typeof threadFunctions)[number];

// Runs in a worker. It spins a little before it sleeps: the next task of a training loop comes within microseconds.
const workerCode = `
const { module, memory, names, address } = given;
const functions = new WebAssembly.Instance(module, { env: { memory } }).exports;
const words = new Int32Array(memory.buffer, address, ${threadWords});
Atomics.store(words, ${startedWord}, 1);
Atomics.notify(words, ${startedWord});
for (let task = 0; ; ) {
  for (let spins = 0; Atomics.load(words, ${taskWord}) === task; spins++) if (spins > 2000) Atomics.wait(words, ${taskWord}, task);
  task = Atomics.load(words, ${taskWord});
  try { functions[names[words[${functionWord}]]](words[${argumentWord}]); }
  catch (error) { Atomics.store(words, ${failedWord}, 1); }
  Atomics.store(words, ${doneWord}, task);
}`;

/**
 * Calls functions of the engine on several threads over one memory; the caller's is one of them. What a worker would do that has not started yet,
 * or cannot, the caller does.
 */
export class Threads {
  /** One for each thread besides the caller's. */
  readonly workers: readonly EngineWorker[];
  readonly #functions: Record<ThreadFunction, (sequence: number) => void>;
  readonly #words: Int32Array;
  readonly #graceMs: number;
  #task = 0;
  #dead: string | undefined;

  /**
   * Throws `KernelError` where a thread does not start, if the host's threads start while they are waited for.
   *
   * @param count Threads in all; more than one needs shared memory.
   * @param graceMs How long a thread may go on after the caller's, besides ten times its time, before it counts as dead.
   */
  constructor(
    count: number,
    module: WebAssembly.Module,
    memory: WebAssembly.Memory,
    functions: Record<ThreadFunction, (sequence: number) => void>,
    graceMs: number,
    host: WorkerHost,
  ) {
    this.#functions = functions;
    this.#graceMs = graceMs;
    this.#words = new Int32Array(memory.buffer, controlAddress, controlWords);
    this.workers = Array.from({ length: count - 1 }, (_, thread) => {
      const address = controlAddress + 4 * lineOf(thread);
      return host.start(workerCode, { module, memory, names: threadFunctions, address }, (reason) => {
        // One that never started leaves its shares to the caller.
        if (this.#hasStarted(thread)) this.#bury(thread, reason);
      });
    });
    if (host.startsWhileAwaited) for (const thread of this.workers.keys()) this.#awaitStart(thread);
  }

  /** Threads that work is split for, the caller's among them. */
  get count(): number {
    return this.workers.length + 1;
  }

  /** Threads that compute: the caller's, and the workers that have started. */
  get atWork(): number {
    return 1 + [...this.workers.keys()].filter((thread) => this.#hasStarted(thread)).length;
  }

  /** Whether a thread has died, so that nothing runs any more. */
  get hasDied(): boolean {
    return this.#dead !== undefined;
  }

  /** Ends the workers; nothing can be run after it. */
  terminate(): void {
    for (const worker of this.workers) worker.terminate();
  }

  /** Calls `name` with each address, one a thread, and waits for all. Throws `KernelError` where a thread has died or fails. */
  run(name: ThreadFunction, addresses: readonly number[]): void {
    this.#throwIfDead();
    const [first, ...others] = addresses;
    const call = this.#functions[name];
    if (others.length === 0) {
      call(first as number);
      return;
    }
    // A number of 32 bits, as the word that holds it.
    this.#task = (this.#task + 1) | 0;
    const told: number[] = [];
    const own = [first as number];
    for (const [thread, address] of others.entries()) {
      if (!this.#hasStarted(thread)) {
        own.push(address);
        continue;
      }
      this.#tell(thread, name, address);
      told.push(thread);
    }
    const began = performance.now();
    try {
      for (const address of own) call(address);
    } finally {
      this.#join(told, this.#graceMs + patience * (performance.now() - began));
    }
  }

  #hasStarted(thread: number): boolean {
    return Atomics.load(this.#words, lineOf(thread) + startedWord) === 1;
  }

  #awaitStart(thread: number): void {
    Atomics.wait(this.#words, lineOf(thread) + startedWord, 0, startMs);
    if (this.#hasStarted(thread)) return;
    this.terminate();
    throw new KernelError('threads', `thread ${thread + 1} to start`, `nothing in ${startMs} ms`);
  }

  #tell(thread: number, name: ThreadFunction, argument: number): void {
    const line = lineOf(thread);
    this.#words[line + functionWord] = threadFunctions.indexOf(name);
    this.#words[line + argumentWord] = argument;
    Atomics.store(this.#words, line + taskWord, this.#task);
    Atomics.notify(this.#words, line + taskWord);
  }

  /** Waits for all, the failed ones too, before it throws: they work in memory that the caller is about to free. */
  #join(threads: readonly number[], patienceMs: number): void {
    const deadline = performance.now() + patienceMs;
    for (const thread of threads) {
      // Spins, since a browser's main thread may not sleep.
      for (let spins = 1; Atomics.load(this.#words, lineOf(thread) + doneWord) !== this.#task; spins++) {
        if (spins % spinsAtOnce !== 0) continue;
        if (performance.now() > deadline) this.#bury(thread, `no answer in ${Math.round(patienceMs)} ms`);
        this.#throwIfDead();
      }
    }
    const failed = threads.filter((thread) => Atomics.exchange(this.#words, lineOf(thread) + failedWord, 0) === 1);
    if (failed[0] !== undefined)
      throw new KernelError('threads', `thread ${failed[0] + 1} to compute`, 'an error in it');
  }

  #bury(thread: number, reason: string): void {
    this.#dead ??= `thread ${thread + 1} died: ${reason}`;
  }

  #throwIfDead(): void {
    if (this.#dead === undefined) return;
    throw new KernelError('threads', 'all threads at work', this.#dead, 'setThreads starts them anew.');
  }
}

/** Where a worker's line begins, in words. */
function lineOf(thread: number): number {
  return threadWords * (thread + 1);
}
