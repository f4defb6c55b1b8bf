import { type BasicLSTMCell, LSTMStateTuple, MultiRNNCell } from '@rnn/cells';
import { type Model, sequenceRegressor } from '@rnn/trainers';
import { type Rank, type Tensor2D, tidy, unstack, zeros } from '@tensorflow/tfjs-core';

/**
 * Layers of cells without a runner: at every step of `[B, T, D]`, with the same weights each time, every layer is called with the output of the one
 * below and its own state. The last output `[B, P]` is the prediction. The variables are those of the layers under `dynamicRnn`.
 */
export function stepByHand(layers: readonly BasicLSTMCell[]): Model {
  const model = sequenceRegressor({ cell: new MultiRNNCell(layers) });
  return {
    get variables() {
      return model.variables;
    },
    build: (inputShape, options) => model.build(inputShape, options),
    apply: (inputs) =>
      tidy(() => {
        const [batchSize] = inputs.shape;
        const states = layers.map(({ numUnits }) => {
          return new LSTMStateTuple(zeros<Rank.R2>([batchSize, numUnits]), zeros<Rank.R2>([batchSize, numUnits]));
        });
        let output: Tensor2D | undefined;
        for (const x of unstack(inputs, 1) as Tensor2D[]) {
          output = x;
          for (const [k, cell] of layers.entries()) {
            [output, states[k]] = cell.call(output, states[k] as LSTMStateTuple);
          }
        }
        return output as Tensor2D;
      }),
    dispose: () => model.dispose(),
  };
}
