import type { AnyRNNCell } from '@rnn/cells';

/** What to call a cell in a text for a person: its class, where it has one. */
export function cellName(cell: AnyRNNCell): string {
  const name = cell.constructor?.name;
  return name === undefined || name === '' || name === 'Object' ? 'a cell without a class' : name;
}
