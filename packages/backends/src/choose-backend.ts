import type { Backend } from './backend';
import { BackendChoice } from './backend-choice';
import { BackendError } from './backend-error';
import { startBackend } from './start-backend';

/** Starts the first of `candidates` that does start. The choice says of each one before it why it was passed over. */
export async function chooseBackend<Name extends string, Options>(
  candidates: readonly Backend<Name, Options>[],
  options: Options,
): Promise<BackendChoice<Name>> {
  const reasons: string[] = [];
  for (const candidate of candidates) {
    const result = await startBackend(candidate, options);
    if (!('reason' in result)) return new BackendChoice(result, reasons.length ? reasons : ["'auto' tries it first"]);
    reasons.push(result.reason);
  }
  throw new BackendError(
    'useBackend',
    `one of ${candidates.map(({ name }) => name).join(', ')} to start`,
    `none: ${reasons.join(', ')}`,
    'Ask for one by name to learn its remedy.',
  );
}
