import { markdownTable } from './markdown-table';

/** What a process holds after a number of training steps. */
export interface MemorySample {
  readonly step: number;
  /** TensorFlow.js' live tensors, variables among them. */
  readonly tensors: number;
  /** The JavaScript heap in use, after a full collection of garbage. */
  readonly heapBytes: number;
  /** What the engine holds for gradients to come. */
  readonly engineUsedBytes: number;
  /** What the engine's memory has grown to. */
  readonly engineBytes: number;
  /** All that the operating system counts to the process. */
  readonly rssBytes: number;
}

const mebibyte = 2 ** 20;

/**
 * How much each figure may exceed that of half time in the second half of a run. Tensors and the engine's memory may not at all. A compiler that
 * gives up or makes code anew moves the heap by tenths of a MiB, and the resident set by the pages that the collector gives back late.
 */
const tolerances = {
  tensors: 0,
  engineUsedBytes: 0,
  engineBytes: 0,
  heapBytes: mebibyte / 2,
  rssBytes: 8 * mebibyte,
} as const satisfies Partial<Record<keyof MemorySample, number>>;

/** A sentence for each figure that grew in the second half of the run by more than its tolerance; none where memory is flat. */
export function memoryGrowth(samples: readonly MemorySample[]): readonly string[] {
  const steps = samples.at(-1)?.step ?? 0;
  const late = samples.filter(({ step }) => step >= steps / 2);
  const figures = Object.entries(tolerances) as [keyof typeof tolerances, number][];
  return figures.flatMap(([figure, tolerance]) => {
    const half = late[0]?.[figure] ?? 0;
    const most = Math.max(...late.map((sample) => sample[figure]));
    if (most <= half + tolerance) return [];
    return [`${figure}: expected at most ${half} + ${tolerance} in the second half, got ${most}`];
  });
}

/** The tolerances, and the figures as a table. */
export function describeMemory(samples: readonly MemorySample[]): string {
  const mib = (bytes: number): string => (bytes / mebibyte).toFixed(2);
  const rows = samples.map((sample) => [
    sample.step.toLocaleString('en'),
    `${sample.tensors}`,
    mib(sample.heapBytes),
    `${sample.engineUsedBytes}`,
    mib(sample.engineBytes),
    mib(sample.rssBytes),
  ]);
  const columns = ['steps', 'tensors', 'heap MiB', 'engine used bytes', 'engine MiB', 'RSS MiB'];
  const allowed = `Allowed above half time's: heap ${mib(tolerances.heapBytes)} MiB, RSS ${mib(tolerances.rssBytes)} MiB, the others nothing.`;
  return `${markdownTable(columns, rows)}\n\n${allowed}`;
}
