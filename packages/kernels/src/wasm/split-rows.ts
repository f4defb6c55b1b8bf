/** Some rows of a stack, which a thread runs from the first step to the last. */
export interface Slice {
  readonly thread: number;
  readonly first: number;
  readonly count: number;
}

/** A share of a thread's work below which rows are left to the next thread: every piece of a stack reads all of its weights. */
const sliver = 1 / 16;

/**
 * The rows of stacks, laid end to end and cut into as many even parts as there are threads; of small work into fewer, so that each has `worthAThread`
 * multiplications at least. Depends on sizes alone, so that sums are the same in every run.
 */
export function splitRows(
  stacks: readonly { readonly batch: number; readonly workOfRow: number }[],
  threads: number,
  worthAThread: number,
): Slice[][] {
  const all = stacks.reduce((sum, { batch, workOfRow }) => sum + batch * workOfRow, 0);
  const rows = stacks.reduce((sum, { batch }) => sum + batch, 0);
  const parts = Math.min(threads, rows, Math.max(1, Math.floor(all / worthAThread)));
  const part = all / parts;
  let before = 0;
  return stacks.map(({ batch, workOfRow }) => {
    const begin = before;
    before += batch * workOfRow;
    /** Where the stack is cut before a thread's part begins, as a row of it. */
    const cut = (thread: number): number => {
      const at = thread * part - begin;
      if (at <= part * sliver) return 0;
      if (batch * workOfRow - at < part * sliver) return batch;
      return Math.round(at / workOfRow);
    };
    return Array.from({ length: parts }, (_, thread) => {
      const [first, end] = [cut(thread), thread === parts - 1 ? batch : cut(thread + 1)];
      return { thread, first, count: end - first };
    }).filter(({ count }) => count > 0);
  });
}
