import type { Absence } from '../backend';

/** How long something took that came out right, in ms. */
export interface Timing {
  readonly ms: number;
}

/** What a backend did when it was tried. */
export interface WorkingTrial {
  readonly state: 'works';
  /** As `BackendChoice` has them. */
  readonly name: string;
  readonly device: string;
  readonly onGpu: boolean;
  readonly versions: Readonly<Record<string, string>>;
  readonly reasons: readonly string[];
  /** 256 x 256 by 256 x 256. */
  readonly product: Timing;
  /** The fused sequence of @rnn/kernels, forward, batch 128, 28 steps, 28 inputs, 128 units; or why it did not run. */
  readonly lstm: (Timing & { readonly kernel: string }) | Absence;
}

/** `absent`: its files are not all there. `broken`: they are, and it does not start, crashes or computes something wrong. */
export type Trial = WorkingTrial | ({ readonly state: 'absent' | 'broken' } & Absence);
