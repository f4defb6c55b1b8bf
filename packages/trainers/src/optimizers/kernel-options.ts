import type { KernelMode } from '@rnn/kernels';

/** What an optimiser takes that has a fused update. */
export interface KernelOptions {
  /**
   * Whether one kernel updates all variables, or stock operations do, to the same bits. `fused` throws, at the first update, where the
   * backend has no such kernel. Default: `auto`.
   */
  readonly kernel?: KernelMode;
}
