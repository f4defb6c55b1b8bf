import type { Backend } from './backend';
import { BackendChoice } from './backend-choice';
import { BackendError } from './backend-error';
import { startBackend } from './start-backend';

/** A backend that 'auto' may take; with `onGpu` only where it computes on a GPU. */
export interface Preference<Name extends string, Options> {
  readonly backend: Backend<Name, Options>;
  readonly onGpu: boolean;
}

/** Starts the first of `preferences` that does start. The choice says of each backend before it why it was passed over. */
export async function chooseBackend<Name extends string, Options>(
  preferences: readonly Preference<Name, Options>[],
  options: Options,
): Promise<BackendChoice<Name>> {
  const passedOver = new Map<Name, string>();
  const onCpu = preferences.find(({ onGpu }) => !onGpu)?.backend.name;
  for (const { backend, onGpu } of preferences) {
    const { name } = backend;
    const noGpu = onGpu ? await gpuAbsence(backend) : undefined;
    if (noGpu !== undefined) {
      passedOver.set(name, `${name} computes on the CPU here (${noGpu}), where ${onCpu} is faster`);
      continue;
    }
    const result = await startBackend(backend, options);
    if ('reason' in result) passedOver.set(name, result.reason);
    else if (onGpu && !result.onGpu) passedOver.set(name, `${name} computes on the CPU here, where ${onCpu} is faster`);
    else {
      passedOver.delete(name);
      return new BackendChoice(result, passedOver.size ? [...passedOver.values()] : ["'auto' tries it first"]);
    }
  }
  throw new BackendError(
    'useBackend',
    `one of ${[...passedOver.keys()].join(', ')} to start`,
    `none: ${[...passedOver.values()].join(', ')}`,
    'Ask for one by name to learn its remedy.',
  );
}

/** Why a backend that is here would find no GPU. Where even to look fails, its start does too, and says why. */
async function gpuAbsence<Name extends string, Options>(backend: Backend<Name, Options>): Promise<string | undefined> {
  try {
    return (await backend.absence()) ? undefined : backend.gpuAbsence?.();
  } catch {
    return undefined;
  }
}
