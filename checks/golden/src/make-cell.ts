import * as cells from '@rnn/cells';
import type { CellSpec } from './golden-case';

/** Something a case asks for that this project does not have yet. */
export class NotSupported extends Error {}

type CellClass = new (...args: unknown[]) => cells.BaseRNNCell<cells.State>;

export const camelCase = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());

/**
 * The cell that a case describes: the export of `@rnn/cells` with the type's name, its options in camelCase. TensorFlow's
 * None, null here, is an option left out.
 */
export function makeCell({ type, options }: CellSpec): cells.BaseRNNCell<cells.State> {
  const Cell = (cells as Record<string, unknown>)[type] as CellClass | undefined;
  if (Cell === undefined) throw new NotSupported(type);
  const { num_units, units, cell, cells: layers, ...rest } = options;
  const first =
    layers !== undefined
      ? (layers as CellSpec[]).map(makeCell)
      : cell !== undefined
        ? makeCell(cell as CellSpec)
        : (num_units ?? units);
  return new Cell(
    first,
    Object.fromEntries(
      Object.entries(rest)
        .filter(([, value]) => value !== null)
        .map(([key, value]) => [camelCase(key), option(value)]),
    ),
  );
}

function option(value: unknown): unknown {
  const described = value as { type?: string; value?: number };
  return described.type === 'constant' ? cells.constant(described.value as number) : value;
}
