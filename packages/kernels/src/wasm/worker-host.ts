import { nodeModule } from './relaxed-simd';

/** A worker thread of Node, or a Web Worker. */
export interface EngineWorker {
  terminate(): unknown;
}

/** Where workers come from. */
export interface WorkerHost {
  /** Whether a worker starts while the thread that made it waits. In a browser it starts once that thread has come to rest. */
  readonly startsWhileAwaited: boolean;
  /** Runs `code` in a worker, with `given` in scope. Calls `ended` later, with the reason, where the worker ends or cannot start. */
  start(code: string, given: object, ended: (reason: string) => void): EngineWorker;
}

/** Node's worker threads, or where there are none a browser's Web Workers. */
export function workerHost(): WorkerHost {
  const threads = nodeModule<typeof import('node:worker_threads')>('node:worker_threads');
  return threads === undefined ? webWorkers : nodeWorkers(threads);
}

/** A worker whose end is known at once where it is asked for: its own event comes only when the caller's thread has come to rest. */
const ending = (worker: EngineWorker, ended: (reason: string) => void): EngineWorker => ({
  terminate() {
    ended('it was terminated');
    return worker.terminate();
  },
});

const nodeWorkers = ({ Worker }: typeof import('node:worker_threads')): WorkerHost => ({
  startsWhileAwaited: true,
  start(code, given, ended) {
    const whole = `const given = require('node:worker_threads').workerData;\n${code}`;
    // Without the process's own flags: by them the code may count as a module, or load what is not meant for it.
    const worker = new Worker(whole, { eval: true, execArgv: [], workerData: given });
    worker.on('error', (error) => ended(error.message));
    worker.on('exit', (status) => ended(`it ended with status ${status}`));
    // The process may end while its workers wait.
    worker.unref();
    return ending(worker, ended);
  },
});

const webWorkers: WorkerHost = {
  startsWhileAwaited: false,
  start(code, given, ended) {
    // The worker gives its address back when it has loaded: some browsers look it up late.
    const whole = `URL.revokeObjectURL(location.href);\nonmessage = ({ data: given }) => {\n${code}\n};`;
    try {
      const worker = new Worker(URL.createObjectURL(new Blob([whole], { type: 'text/javascript' })));
      worker.onerror = ({ message }) => ended(message || 'it did not load');
      worker.postMessage(given);
      return ending(worker, ended);
    } catch (error) {
      // A content security policy may forbid it here, or by an error event.
      queueMicrotask(() => ended((error as Error).message));
      return { terminate: () => {} };
    }
  },
};
