import type { TimedWorkload } from './workload';

/** A program that times a workload when given its flags, and prints a `Timing` as its last line. */
export interface Contender {
  readonly name: string;
  /** Of this library. */
  readonly ours: boolean;
  /** The program, and its words before the workload's. */
  readonly command: readonly [string, ...string[]];
  readonly env?: Readonly<Record<string, string>>;
  /** The folder to run it in. Default: this package. */
  readonly cwd?: string;
  /** Whether it can do that work. Default: all of it. */
  runs?(workload: TimedWorkload): boolean;
}

/** How a contender is to time: the fastest and the median of `repeats` blocks of `steps` steps. */
export interface Blocks {
  readonly repeats: number;
  readonly steps: number;
}

/** The flags that all programs share. Without `--threads` each takes all cores. */
export function flagsOf({ bidirectional, ...workload }: TimedWorkload, blocks: Blocks): string[] {
  const valued = Object.entries({ ...workload, ...blocks }).flatMap(([name, value]) => [`--${name}`, `${value}`]);
  return [...valued, ...(bidirectional ? ['--bidirectional'] : [])];
}
