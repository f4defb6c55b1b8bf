import { BackendChoice } from '../backend-choice';
import { type BackendName, backends, type UseBackendOptions } from '../backends';
import { startBackend } from '../start-backend';
import { useBackend } from '../use-backend';
import { timeLstm } from './time-lstm';
import { timeProduct } from './time-product';
import type { Trial } from './trial';

/** Starts a backend, or the one that 'auto' takes, in this process, and computes on it with what `project` has installed. */
export async function tryHere(name: 'auto' | BackendName, project: string): Promise<Trial> {
  const backend = backends.find((one) => one.name === name);
  const absence = await backend?.absence();
  if (absence) return { state: 'absent', ...absence };
  const started = backend ? await startBackend<BackendName, UseBackendOptions>(backend, {}) : await useBackend('auto');
  if ('reason' in started) return { state: 'broken', ...started };
  const { device, onGpu, versions } = started;
  const reasons = started instanceof BackendChoice ? started.reasons : [];
  try {
    const [product, lstm] = [await timeProduct(), await timeLstm(project)];
    return { state: 'works', name: started.name, device, onGpu, versions, reasons, product, lstm };
  } catch (error) {
    const cause = error instanceof Error ? error.message : String(error);
    const remedy = backends.find((one) => one.name === started.name)?.remedy as string;
    return { state: 'broken', reason: `${started.name} starts and does not compute (${cause})`, remedy };
  }
}
