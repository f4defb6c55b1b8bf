/** A table in Markdown, its columns padded so that a terminal shows it as one too. The first column is set flush left, and any that `left` names. */
export function markdownTable(
  columns: readonly string[],
  rows: readonly (readonly string[])[],
  left: readonly string[] = [],
): string {
  const isLeft = columns.map((name, i) => i === 0 || left.includes(name));
  const widths = columns.map((name, i) => Math.max(3, name.length, ...rows.map((cells) => cells[i]?.length ?? 0)));
  const line = (cells: readonly string[]): string => {
    const padded = widths.map((width, i) =>
      isLeft[i] ? (cells[i] ?? '').padEnd(width) : (cells[i] ?? '').padStart(width),
    );
    return `| ${padded.join(' | ')} |`;
  };
  const rule = widths.map((width, i) => (isLeft[i] ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`));
  return [columns, rule, ...rows].map(line).join('\n');
}
