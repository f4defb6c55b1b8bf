import { add, type Tensor, type Tensor2D } from '@tensorflow/tfjs-core';
import { ArgumentError } from '../argument-error';
import type { RNNCell } from '../cell';
import { checkInputs, describeValue } from '../checks';
import { describeState, type State } from '../state';
import { type SizeOf, sizeOf } from '../tensor-shape';
import { tidyState } from '../tidy-state';
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

  constructor(cell: RNNCell<S, I, O>, { residualFn }: ResidualWrapperOptions<I, O> = {}) {
    super(cell);
    this.#residualFn = residualFn;
  }

  override call(inputs: I, state: S): [O, S] {
    checkInputs('ResidualWrapper.call', inputs, this.inputShape);
    const [expected, got] = [describeState(this.outputSize, 'B'), describeState(sizeOf(inputs), 'B')];
    if (this.#residualFn === undefined && expected !== got) {
      const remedy = 'Give a residualFn that brings both to one width.';
      throw new ArgumentError(
        'ResidualWrapper.call',
        `inputs as wide as the output, ${expected}`,
        describeValue(inputs),
        remedy,
      );
    }
    return tidyState(() => {
      const [output, newState] = this.cell.call(inputs, state);
      const sum = this.#residualFn?.(inputs, output) ?? add<O>(inputs, output);
      if (sum.shape.join() !== output.shape.join()) {
        const expected = `residualFn to return ${describeValue(output)}`;
        throw new ArgumentError('ResidualWrapper.call', expected, describeValue(sum));
      }
      return [sum, newState];
    });
  }

  forSequence(batchSize: number, inputSize: SizeOf<I>): RNNCell<S, I, O> {
    const drawn = this.cell.forSequence?.(batchSize, inputSize);
    return drawn === undefined ? this : residual(drawn, this.#residualFn && { residualFn: this.#residualFn });
  }
}

// Outside of the class: a class that names itself is renamed by the bundler, and errors and `explain` tell its name.
const residual = <S extends State, I extends Tensor, O extends Tensor>(
  cell: RNNCell<S, I, O>,
  options?: ResidualWrapperOptions<I, O>,
) => new ResidualWrapper(cell, options);
