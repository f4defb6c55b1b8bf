/** A row of a page's tables of names. */
export interface NamesRow {
  /** The head of the first column. */
  readonly head: string;
  /** What the first column names, in code. */
  readonly theirs: readonly string[];
  /** What the column `here` names, in code. */
  readonly ours: readonly string[];
  readonly differs: string;
}

/** The rows of every Markdown table of a page that has a column `here`. */
export function namesRows(page: string): NamesRow[] {
  const rows: NamesRow[] = [];
  let head: readonly string[] | undefined;
  for (const line of page.split('\n')) {
    if (!line.startsWith('|')) {
      head = undefined;
      continue;
    }
    const cells = line.split('|').slice(1, -1);
    head ??= cells.map((cell) => cell.trim());
    const here = head.indexOf('here');
    const isRow = here >= 0 && !line.startsWith('|---') && cells[here]?.trim() !== 'here';
    if (!isRow) continue;
    const [theirs, ours] = [cells[0], cells[here]].map((cell) => codeOf(cell ?? ''));
    rows.push({
      head: head[0] as string,
      theirs: theirs as string[],
      ours: ours as string[],
      differs: cells[here + 1] ?? '',
    });
  }
  return rows;
}

/** What stands in code in a piece of Markdown. */
export const codeOf = (text: string): string[] => [...text.matchAll(/`([^`]+)`/g)].map(([, code]) => code as string);
