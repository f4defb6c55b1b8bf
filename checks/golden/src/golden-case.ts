import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The format of the golden files; their README, beside them, says what each field means. */
export interface Values {
  readonly shape: number[];
  readonly data: number[];
}

export type StateValues = Values | { readonly c: StateValues; readonly h: StateValues } | readonly StateValues[];

export interface CellSpec {
  readonly type: string;
  readonly options: Record<string, unknown>;
}

export interface NamedValues extends Values {
  readonly name: string;
}

export interface CommonFields {
  readonly name: string;
  readonly cell: CellSpec | { readonly fw: CellSpec | CellSpec[]; readonly bw: CellSpec | CellSpec[] };
  readonly runner: { readonly type: string; readonly options: Record<string, unknown> };
  readonly time_major: boolean;
  readonly sequence_length: number[] | null;
}

export interface SequenceCase extends CommonFields {
  readonly inputs: Values | Record<string, Values>;
  readonly initial_state: StateValues | { readonly fw: StateValues; readonly bw: StateValues } | null;
  readonly weights: NamedValues[];
  readonly outputs: Values | { readonly fw: Values; readonly bw: Values };
  readonly final_state: StateValues | { readonly fw: StateValues; readonly bw: StateValues };
  readonly loss: {
    readonly output_coefficients: unknown;
    readonly final_state_coefficients: unknown;
    readonly value: number;
  };
  readonly gradients: { readonly inputs: unknown; readonly initial_state: unknown; readonly weights: NamedValues[] };
}

export interface TrainingCase extends CommonFields {
  readonly optimizer: { readonly type: string; readonly options: Record<string, number> };
  readonly steps: number;
  readonly head: { readonly type: string; readonly classes: number };
  readonly inputs: Values;
  readonly labels: number[];
  readonly initial_weights: NamedValues[];
  readonly losses: number[];
  readonly loss_after_last_step: number;
  readonly first_step_gradients: NamedValues[];
  readonly final_weights: NamedValues[];
}

export type GoldenCase = SequenceCase | TrainingCase;

/** `$GOLDEN_DIR`, or `../shared/golden` beside the repository. */
export const goldenFolder = (): string =>
  resolve(process.env.GOLDEN_DIR ?? fileURLToPath(new URL('../../../../shared/golden', import.meta.url)));

/** Every case of every JSON file in the folder. */
export function readGoldenCases(folder: string): GoldenCase[] {
  const files = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.json')) : [];
  if (files.length === 0) {
    throw new Error(`golden: expected JSON files in ${folder}, got none. Name their folder in GOLDEN_DIR.`);
  }
  return files.sort().flatMap((file) => JSON.parse(readFileSync(join(folder, file), 'utf8')) as GoldenCase[]);
}
