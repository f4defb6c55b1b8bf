import { add, dispose, mul, type Tensor, tidy } from '@tensorflow/tfjs-core';

/** The mean of the gradients of the parts of a batch, which come one after another. What it was given it frees. */
export class GradientMean {
  /** By the variables' names, of the parts so far. */
  readonly gradients = new Map<string, Tensor>();

  /** Takes in the gradients of a part, which has that share of all examples. A variable that it does not touch has gradient 0 in it. */
  add(part: ReadonlyMap<string, Tensor>, share: number): void {
    for (const [name, gradient] of part) {
      const sum = this.gradients.get(name);
      if (share === 1) this.gradients.set(name, gradient);
      else {
        const next = tidy(() => (sum === undefined ? mul(gradient, share) : add(sum, mul(gradient, share))));
        dispose(sum === undefined ? gradient : [sum, gradient]);
        this.gradients.set(name, next);
      }
    }
  }
}
