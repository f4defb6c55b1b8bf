import type { Kind } from './kind';

export const gru: Kind = {
  ...{ type: 'gru', activations: ['tanh'], hasCell: false },
  products: [
    { gates: 2, biases: 2, kernel: ['gatesKernel'], bias: ['gatesBias'] },
    { gates: 1, biases: 1, kernel: ['candidateKernel'], bias: ['candidateBias'] },
  ],
  ofEachStep: ['reset'],
  ofOneStep: ['dReset'],
  take: (layer) =>
    layer.type === 'gru' && !layer.resetAfter
      ? { tensors: { ...(layer.initialState && { h: layer.initialState }), ...layer.weights } }
      : undefined,
};
