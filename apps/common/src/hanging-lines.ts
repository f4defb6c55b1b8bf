import { Help } from 'commander';

/** A text after its head, broken between words at the width of the terminal, or at 80 columns in a pipe; what follows hangs below its beginning. */
export function hangingLines(head: string, text: string, columns = process.stdout.columns || 80): string[] {
  const lines = new Help().boxWrap(text, columns - head.length).split('\n');
  return lines.map((line, i) => `${i === 0 ? head : ' '.repeat(head.length)}${line}`);
}
