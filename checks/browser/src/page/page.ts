import { checkEngine, type EngineCheck, type EngineReport } from './check-engine';
import { lstmStep } from './lstm-step';

/** The check in a dedicated worker of the page's own. */
function checkEngineInWorker(check: EngineCheck): Promise<EngineReport> {
  const worker = new Worker('worker.js', { type: 'module' });
  return new Promise((resolve, reject) => {
    worker.onmessage = ({ data }) => resolve(data);
    worker.onerror = ({ message }) => reject(new Error(message));
    worker.postMessage(check);
  });
}

// The tests and the benchmark call them by name.
Object.assign(globalThis, { checkEngine, checkEngineInWorker, lstmStep });
