import { engine as core, dispose, type Tensor } from '@tensorflow/tfjs-core';
import { KernelError } from './kernel-error';

/** What a forward pass keeps for its backward pass. */
export interface Kept {
  free(): void;
}

/** What waits for its backward pass, each with the tape that may ask for it. */
const waiting = new Map<Kept, unknown>();

/** Whether what runs now is put on a tape. Within another kernel, such as the forward function of a customGrad, nothing is. */
export function isTaped(): boolean {
  const { gradientDepth, kernelDepth } = core().state;
  return gradientDepth > 0 && kernelDepth === 1;
}

/** Keeps it until `done`, or until its tape is dropped. */
export const awaitGradient = (kept: Kept): unknown => waiting.set(kept, core().state.activeTape);

/**
 * To be called when a taped kernel has run: TensorFlow.js frees with its tape what it saved for the kernel, asked for or not, and these tensors with
 * it. After an error it does not: see `freeDropped`.
 */
export const saveOnTape = (tensors: readonly Tensor[]): unknown =>
  core()
    .state.activeTape?.at(-1)
    ?.saved?.push(...tensors);

/** To be called when the backward pass has run. */
export const done = (kept: Kept): unknown => waiting.delete(kept);

/**
 * Frees what waits on tapes that have ended without asking for it. An error in what is differentiated leaves its tape where it was, with all that
 * TensorFlow.js saved for it: that goes too.
 */
export function freeDropped(): void {
  const { activeTape, gradientDepth, scopeStack } = core().state;
  const differentiates = gradientDepth > 0 || scopeStack.some(({ name }) => name === 'backward');
  for (const [kept, tape] of waiting) {
    if (differentiates && tape === activeTape) continue;
    kept.free();
    waiting.delete(kept);
  }
  if (differentiates || activeTape === null) return;
  for (const { saved } of activeTape ?? []) dispose(saved ?? []);
  core().state.activeTape = null as never;
}

/** To be called in a backward pass that has no gradient of its own: throws `KernelError` where one is asked for. */
export function differentiatedOnce(op: string): void {
  if (core().state.gradientDepth === 0) return;
  const remedy = "Use kernel: 'reference' for what is differentiated twice.";
  throw new KernelError(op, 'to be differentiated once', 'a gradient of its gradient', remedy);
}
