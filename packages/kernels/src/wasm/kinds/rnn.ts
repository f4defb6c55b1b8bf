import type { Kind } from './kind';

export const rnn: Kind = {
  ...{ type: 'rnn', activations: ['tanh', 'relu'], hasCell: false },
  products: [{ gates: 1, biases: 1, kernel: ['kernel'], bias: ['bias'] }],
  ofEachStep: [],
  ofOneStep: [],
  take(layer) {
    if (layer.type !== 'rnn') return undefined;
    const { initialState: h, weights, activation } = layer;
    return { tensors: { ...(h && { h }), ...weights }, relu: activation === 'relu' };
  },
};
