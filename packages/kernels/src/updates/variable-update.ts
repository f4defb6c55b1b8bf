import type { Tensor } from '@tensorflow/tfjs-core';
import { checkShape } from '../checks';
import type { KernelMode } from '../fused-kernels';

/** A variable before an update: its value `w`, its gradient `g` and what the optimiser remembers of it, all of one shape. */
export type VariableUpdate<Slot extends string> = Readonly<Record<'w' | 'g' | Slot, Tensor>>;

/** The same after it. */
export type UpdatedVariable<Slot extends string> = Readonly<Record<'w' | Slot, Tensor>>;

/** What every update takes. */
export interface UpdateArgs<Slot extends string> {
  readonly variables: readonly VariableUpdate<Slot>[];
  /** Default: `auto`. */
  readonly kernel?: KernelMode | undefined;
}

/** Throws unless the tensors of each variable are float32 and of its shape. */
export function checkUpdate<Slot extends string>(op: string, { variables }: UpdateArgs<Slot>): void {
  for (const [k, { w, ...others }] of variables.entries()) {
    for (const [letter, tensor] of Object.entries({ w, ...others })) {
      checkShape(op, `variables[${k}].${letter}`, tensor as Tensor, w.shape);
    }
  }
}
