import { add, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { checkOptions } from '../check-options';
import { checkFunction, describeValue } from '../checks';
import type { State } from '../state';
import { CellWrapper } from './cell-wrapper';

export interface ResidualWrapperOptions {
  /** How the inputs and the cell's output are joined, `[B, D]` and `[B, P]` giving `[B, P]`. Default: their sum. */
  residualFn?: (inputs: Tensor2D, output: Tensor2D) => Tensor2D;
}

/**
 * Adds the input to the cell's output (Wu et al. 2016, https://arxiv.org/abs/1609.08144).
 *
 *     output = x + cell output;   the state is the cell's, unchanged
 *
 * The sum needs inputs as wide as the output: D = P.
 */
export class ResidualWrapper<S extends State> extends CellWrapper<S> {
  readonly #residualFn: ResidualWrapperOptions['residualFn'];

  constructor(cell: RNNCell<S>, options: ResidualWrapperOptions = {}) {
    super(cell);
    checkOptions('ResidualWrapper', options);
    const { residualFn } = options;
    if (residualFn !== undefined) checkFunction('ResidualWrapper', 'residualFn', residualFn);
    this.#residualFn = residualFn;
  }

  protected step(inputs: Tensor2D, state: S, cell: RNNCell<S>): [Tensor2D, S] {
    if (this.#residualFn === undefined && inputs.shape[1] !== this.outputSize) {
      const expected = `inputs as wide as the output, [B, ${this.outputSize}]`;
      const remedy = 'Give a residualFn that brings both to one width.';
      throw new ArgumentError('ResidualWrapper.call', expected, describeValue(inputs), remedy);
    }
    const [output, newState] = cell.call(inputs, state);
    const sum = this.#residualFn?.(inputs, output) ?? add<Tensor2D>(inputs, output);
    if (sum.shape.join() !== output.shape.join()) {
      const expected = `residualFn to return ${describeValue(output)}`;
      throw new ArgumentError('ResidualWrapper.call', expected, describeValue(sum));
    }
    return [sum, newState];
  }
}
