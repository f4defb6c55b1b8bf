import { checkSequenceCase } from './check-sequence-case';
import { checkTrainingCase } from './check-training-case';
import type { GoldenCase } from './golden-case';
import { NotSupported } from './make-cell';

export interface Verdict {
  readonly name: string;
  readonly outcome: 'passed' | 'failed' | 'not supported';
  /** What is wrong, or what is missing. */
  readonly faults: readonly string[];
}

/** Checks one case on the backend in use; a case that throws has failed. */
export async function checkCase(golden: GoldenCase): Promise<Verdict> {
  const { name } = golden;
  try {
    const faults = await ('optimizer' in golden ? checkTrainingCase(golden) : checkSequenceCase(golden));
    return { name, outcome: faults.length === 0 ? 'passed' : 'failed', faults };
  } catch (error) {
    if (error instanceof NotSupported) return { name, outcome: 'not supported', faults: [error.message] };
    return {
      name,
      outcome: 'failed',
      faults: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
    };
  }
}
