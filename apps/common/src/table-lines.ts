interface Table {
  readonly columns: readonly string[];
  /** A cell each column. */
  readonly rows: readonly (readonly string[])[];
}

/** A table as text, a line each row: the first column to the left, the others to the right, two spaces between them. */
export function tableLines({ columns, rows }: Table): string[] {
  const widths = columns.map((column, k) => Math.max(...[column, ...rows.map((row) => row[k] ?? '')].map(lengthOf)));
  return [columns, ...rows].map((row) =>
    columns
      .map((_, k) => (k === 0 ? (row[k] ?? '').padEnd(widths[k] ?? 0) : (row[k] ?? '').padStart(widths[k] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

const lengthOf = (text: string): number => [...text].length;
