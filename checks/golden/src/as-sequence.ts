import type { NamedValues, SequenceCase, Values } from './golden-case';

/** A case of one step of a cell as a sequence of one step. */
export function asSequence(step: SequenceCase, type: 'static_rnn' | 'dynamic_rnn'): SequenceCase {
  const first = (values: unknown): Values => {
    const { shape, data } = values as Values;
    return { shape: [1, ...shape], data };
  };
  const inRnn = (weights: readonly NamedValues[]) =>
    weights.map((weight) => ({ ...weight, name: `rnn/${weight.name}` }));
  const { loss, gradients } = step;
  return {
    ...step,
    ...{ runner: { type, options: {} }, time_major: true },
    ...{ inputs: first(step.inputs), outputs: first(step.outputs), weights: inRnn(step.weights) },
    loss: { ...loss, output_coefficients: first(loss.output_coefficients) },
    gradients: { ...gradients, inputs: first(gradients.inputs), weights: inRnn(gradients.weights) },
  };
}
