import type { Kind } from './kind';

export const gruResetAfter: Kind = {
  ...{ type: 'gru', activations: ['tanh'], hasCell: false },
  products: [
    { gates: 2, biases: 2, kernel: ['gatesKernel'], bias: ['gatesBias'] },
    {
      ...{ gates: 1, biases: 2 },
      kernel: ['candidateInputKernel', 'candidateHiddenKernel'],
      bias: ['candidateInputBias', 'candidateHiddenBias'],
    },
  ],
  ofEachStep: ['reset'],
  ofOneStep: [],
  take: (layer) =>
    layer.type === 'gru' && layer.resetAfter
      ? { tensors: { ...(layer.initialState && { h: layer.initialState }), ...layer.weights } }
      : undefined,
};
