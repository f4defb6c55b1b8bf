import type { CellSpec } from './golden-case';

/** What the golden files' README and TensorFlow 1 document, by cell and by the end of the variable's name. */
const documented: Readonly<Record<string, readonly (readonly [ending: string, value: number])[]>> = {
  BasicRNNCell: [['/bias', 0]],
  BasicLSTMCell: [['/bias', 0]],
  LSTMCell: [['/bias', 0]],
  GRUCell: [
    ['/gates/bias', 1],
    ['/candidate/bias', 0],
  ],
};

/** The value that a bias begins with, by the options of its cell or else by the documentation; undefined where neither says it. */
export function initialBias({ type, options }: CellSpec, name: string): number | undefined {
  const value = documented[type]?.find(([ending]) => name.endsWith(ending))?.[1];
  const { bias_initializer } = options as { bias_initializer?: { type?: string; value?: number } | null };
  if (value === undefined || bias_initializer === undefined || bias_initializer === null) return value;
  return bias_initializer.type === 'constant' ? bias_initializer.value : undefined;
}
