import { add, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { checkOptions } from '../check-options';
import { checkFunction, describeValue } from '../checks';
import { describeState, type State } from '../state';
import { sizeOf } from '../tensor-shape';
import { CellWrapper } from './cell-wrapper';

export interface ResidualWrapperOptions<I extends Tensor = Tensor2D, O extends Tensor = Tensor2D> {
  /** How the inputs and the cell's output are joined, `[B, D]` and `[B, P]` giving `[B, P]`. Default: their sum. */
  residualFn?: (inputs: I, output: O) => O;
}

/**
 * Adds the input to the cell's output (Wu et al. 2016, https://arxiv.org/abs/1609.08144).
 *
 *     output = x + cell output;   the state is the cell's, unchanged
 *
 * The sum needs inputs as wide as the output: D = P.
 */
export class ResidualWrapper<
  S extends State,
  I extends Tensor = Tensor2D,
  O extends Tensor = Tensor2D,
> extends CellWrapper<S, I, O> {
  readonly #residualFn: ResidualWrapperOptions<I, O>['residualFn'];

  constructor(cell: RNNCell<S, I, O>, options: ResidualWrapperOptions<I, O> = {}) {
    super(cell);
    checkOptions('ResidualWrapper', options);
    const { residualFn } = options;
    if (residualFn !== undefined) checkFunction('ResidualWrapper', 'residualFn', residualFn);
    this.#residualFn = residualFn;
  }

  protected step(inputs: I, state: S, cell: RNNCell<S, I, O>): [O, S] {
    const [wanted, given] = [describeState(this.outputSize, 'B'), describeState(sizeOf(inputs), 'B')];
    if (this.#residualFn === undefined && wanted !== given) {
      const expected = `inputs as wide as the output, ${wanted}`;
      const remedy = 'Give a residualFn that brings both to one width.';
      throw new ArgumentError('ResidualWrapper.call', expected, describeValue(inputs), remedy);
    }
    const [output, newState] = cell.call(inputs, state);
    const sum = this.#residualFn?.(inputs, output) ?? add<O>(inputs, output);
    if (sum.shape.join() !== output.shape.join()) {
      const expected = `residualFn to return ${describeValue(output)}`;
      throw new ArgumentError('ResidualWrapper.call', expected, describeValue(sum));
    }
    return [sum, newState];
  }
}
