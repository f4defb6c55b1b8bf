import { engine as core } from '@tensorflow/tfjs-core';
import type { StackPass } from './stack-pass';

/** Passes that wait for their backward run, each with the tape that may ask for it. */
export const waiting = new Map<StackPass, unknown>();

/** Frees the passes whose tape has ended without asking for their gradients, or was dropped by an error. */
export function freeDropped(): void {
  const { activeTape, gradientDepth, scopeStack } = core().state;
  // An error in what is differentiated leaves its tape where it was, though nothing is differentiated any more.
  const differentiates = gradientDepth > 0 || scopeStack.some(({ name }) => name === 'backward');
  for (const [pass, tape] of waiting) {
    if (differentiates && tape === activeTape) continue;
    pass.free();
    waiting.delete(pass);
  }
}
