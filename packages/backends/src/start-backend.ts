import { engine, getBackend, setBackend, version_core } from '@tensorflow/tfjs-core';
import type { Absence, Backend } from './backend';
import { causeOf } from './cause-of';

export interface StartedBackend<Name extends string = string> {
  readonly name: Name;
  readonly device: string;
  readonly onGpu: boolean;
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Makes `backend` the current one of TensorFlow.js. Where it is absent or does not start, the backend that was current is so again, and
 * the result says why.
 */
export async function startBackend<Name extends string, Options>(
  backend: Backend<Name, Options>,
  options: Options,
): Promise<StartedBackend<Name> | Absence> {
  const former = getBackend();
  try {
    const absence = await backend.absence();
    if (absence) return absence;
    const { registeredAs, versions, device, onGpu } = await backend.load(options);
    const started = await setBackend(registeredAs);
    // The cause is in a warning that TensorFlow.js prints; it hands out none.
    if (!started) throw new Error('TensorFlow.js warns of it above');
    return {
      ...{ name: backend.name, device: device(), onGpu: onGpu() },
      versions: { '@tensorflow/tfjs-core': version_core, ...versions },
    };
  } catch (error) {
    await makeCurrentAgain(former);
    return { reason: `${backend.name} does not start (${causeOf(error)})`, remedy: backend.remedy };
  }
}

async function makeCurrentAgain(former: string): Promise<void> {
  if (former) await setBackend(former);
  // None was current. TensorFlow.js keeps the name of the one that failed; without a name it chooses at the next operation, as before.
  else engine().backendName = former;
}
