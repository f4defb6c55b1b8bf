import { ArgumentError } from '@rnn/cells';
import { dispose, keep, type Tensor, tidy, type Variable } from '@tensorflow/tfjs-core';
import { shapeText } from '../shape-text';

/** Weights as they were at some time, by the variables' names. They take memory once the variables have others. */
export class WeightsCopy {
  #tensors: ReadonlyMap<string, Tensor> = new Map();

  get tensors(): ReadonlyMap<string, Tensor> {
    return this.#tensors;
  }

  /** Copies these in place of what there was. */
  take(tensors: ReadonlyMap<string, Tensor>): void {
    const before = [...this.#tensors.values()];
    this.#tensors = new Map([...tensors].map(([name, tensor]) => [name, keep(tidy(() => tensor.clone()))]));
    dispose(before);
  }

  /** Puts tensors that are nobody else's in place of what there was. */
  replace(tensors: ReadonlyMap<string, Tensor>): void {
    dispose([...this.#tensors.values()]);
    this.#tensors = tensors;
  }

  /** Gives the variables these values. Throws `ArgumentError`, and changes none, where names or shapes differ. */
  assignTo(where: string, variables: ReadonlyMap<string, Variable>): void {
    this.checkFits(where, variables);
    for (const [name, tensor] of this.#tensors) (variables.get(name) as Variable).assign(tensor);
  }

  /** Throws unless these are weights of those variables. */
  checkFits(where: string, variables: ReadonlyMap<string, Variable>): void {
    for (const [name, { shape }] of this.#tensors) {
      const variable = variables.get(name);
      if (variable?.shape.join() === shape.join()) continue;
      const got = variable === undefined ? 'none' : shapeText(variable.shape);
      throw new ArgumentError(where, `a variable ${name} of shape ${shapeText(shape)}`, got);
    }
  }

  dispose(): void {
    this.replace(new Map());
  }
}
