import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { namedArrays, passInputs, runPass } from '../testing/pass-inputs';
import { Engine, type EngineOptions } from './engine';
import { simds } from './simd';
import { type EngineWorker, type WorkerHost, workerHost } from './worker-host';

const made: Engine[] = [];
function makeEngine(options: EngineOptions): Engine {
  const engine = new Engine({ worthAThread: 400_000, ...options });
  made.push(engine);
  return engine;
}
afterAll(() => {
  for (const { threads } of made) threads.terminate();
});
afterEach(() => {
  vi.restoreAllMocks();
});

const two = makeEngine({ threads: 2 });
/** Enough work for several threads, in rows that do not come out even, and units that do not either. */
const large = { steps: 19, batch: 43, inputs: 21, units: 70 };

describe('threads that fail', () => {
  const inputs = passInputs({ kind: 'lstm', ...large, forgetBias: 1 });
  /** No Sequence lies there: it is past the end of the memory. */
  const nowhere = 2 ** 31 - 65536;

  const dead = (reason: string) =>
    expect.objectContaining({
      name: 'KernelError',
      message: `threads: expected all threads at work, got thread 1 died: ${reason}. setThreads starts them anew.`,
    });

  test('one that is terminated is named at once, and nothing stays in memory', () => {
    const engine = makeEngine({ threads: 2 });
    runPass(engine, inputs);
    engine.threads.workers[0]?.terminate();
    const began = performance.now();
    expect(() => runPass(engine, inputs)).toThrow(dead('it was terminated'));
    expect(performance.now() - began).toBeLessThan(1000);
    expect(engine.arena.usedBytes).toBe(0);
  });

  /** Node's workers; of the end of one, only what it itself would tell. */
  const silent = (tell: (reason: string) => void): WorkerHost => ({
    ...workerHost(),
    start: (code, given) => workerHost().start(code, given, (reason) => reason !== 'it was terminated' && tell(reason)),
  });

  test('one that has ended by itself is named', async () => {
    const told = new Promise<string>((tell) => {
      const engine = makeEngine({ threads: 2, host: silent(tell) });
      engine.threads.workers[0]?.terminate();
    });
    expect(await told).toBe('it ended with status 1');
  });

  test('one that dies unseen is waited for, but not for ever', () => {
    const engine = makeEngine({ threads: 2, graceMs: 100, host: silent(() => {}) });
    engine.threads.workers[0]?.terminate();
    const text =
      /^threads: expected all threads at work, got thread 1 died: no answer in \d+ ms\. setThreads starts them anew\.$/;
    expect(() => runPass(engine, inputs)).toThrow(text);
    expect(() => runPass(engine, inputs)).toThrow(text);
  });

  test("an error in a worker is the caller's, and the next task runs", () => {
    const empty = two.arena.allocate(256);
    two.floats.fill(0, empty / 4, empty / 4 + 64);
    expect(() => two.threads.run('forward', [empty, nowhere])).toThrow(
      'threads: expected thread 1 to compute, got an error in it',
    );
    two.threads.run('forward', [empty, empty]);
    two.arena.free(empty);
  });

  test("an error in the caller's share is passed on once the workers have finished theirs", () => {
    const empty = two.arena.allocate(256);
    two.floats.fill(0, empty / 4, empty / 4 + 64);
    expect(() => two.threads.run('forward', [nowhere, empty])).toThrow(WebAssembly.RuntimeError);
    two.threads.run('forward', [empty, empty]);
    two.arena.free(empty);
  });
});

describe('workers that start late, as in a browser', () => {
  const lengths = Array.from({ length: large.batch }, (_, row) => (row * 7) % 20);
  const inputs = passInputs({ kind: 'gru', ...large, lengths });
  const simd = simds[two.simd];

  /** Node's workers, each when it is told to. */
  class LateHost implements WorkerHost {
    readonly startsWhileAwaited = false;
    readonly starts: (() => EngineWorker)[] = [];
    readonly ends: ((reason: string) => void)[] = [];

    start(...[code, given, ended]: Parameters<WorkerHost['start']>): EngineWorker {
      let worker: EngineWorker | undefined;
      this.ends.push(ended);
      this.starts.push(() => {
        worker = workerHost().start(code, given, ended);
        return worker;
      });
      return { terminate: () => worker?.terminate() };
    }
  }
  function makeLate(): { engine: Engine; host: LateHost; start(thread: number): Promise<void> } {
    const host = new LateHost();
    const engine = makeEngine({ threads: 3, host });
    const start = async (thread: number): Promise<void> => {
      const before = engine.threads.atWork;
      host.starts[thread]?.();
      await vi.waitFor(() => expect(engine.threads.atWork).toBe(before + 1), { timeout: 10_000 });
    };
    return { engine, host, start };
  }

  test('the bits are the same before, between and after', async () => {
    const { engine, start } = makeLate();
    const run = vi.spyOn(engine.threads, 'run');
    const want = namedArrays(runPass(makeEngine({ threads: 3 }), inputs));
    const devices = [engine.device];
    expect(namedArrays(runPass(engine, inputs))).toEqual(want);
    for (const thread of [1, 0]) {
      await start(thread);
      devices.push(engine.device);
      expect(namedArrays(runPass(engine, inputs))).toEqual(want);
    }
    expect(run.mock.calls.map(([, addresses]) => addresses.length)).toEqual([3, 3, 3, 3, 3, 3]);
    expect(devices).toEqual(['1 of 3', '2 of 3', '3'].map((count) => `WebAssembly, ${count} threads, ${simd}`));
  });

  test('one that cannot start leaves its shares to the caller', () => {
    const { engine, host } = makeLate();
    for (const ended of host.ends) ended('it is forbidden');
    const want = namedArrays(runPass(makeEngine({ threads: 3 }), inputs));
    expect(namedArrays(runPass(engine, inputs))).toEqual(want);
    expect(engine.device).toBe(`WebAssembly, 1 of 3 threads, ${simd}`);
  });

  test('one that dies after its start is named', async () => {
    const { engine, host, start } = makeLate();
    await start(1);
    host.ends[1]?.('as meant');
    expect(() => runPass(engine, inputs)).toThrow(
      'threads: expected all threads at work, got thread 2 died: as meant. setThreads starts them anew.',
    );
  });
});
