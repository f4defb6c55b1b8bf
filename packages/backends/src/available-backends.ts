import type { Absence } from './backend';
import { type BackendName, backends } from './backends';
import { causeOf } from './cause-of';

/** Whether a backend is here, and where it is not, why and what to do. */
export type BackendPresence =
  | { readonly name: BackendName; readonly present: true }
  | ({ readonly name: BackendName; readonly present: false } & Absence);

/**
 * Looks which backends are here, in the order of `backendNames`, and loads and switches nothing. Present means that all its files
 * are found; whether it starts shows when it is used. One that cannot even be looked for is not present, and the reason says why.
 */
export function availableBackends(): Promise<readonly BackendPresence[]> {
  return Promise.all(
    backends.map(async (backend): Promise<BackendPresence> => {
      const absence = await backend.absence().catch((error: unknown) => {
        return { reason: `to look for ${backend.name} failed (${causeOf(error)})`, remedy: backend.remedy };
      });
      return absence ? { name: backend.name, present: false, ...absence } : { name: backend.name, present: true };
    }),
  );
}
