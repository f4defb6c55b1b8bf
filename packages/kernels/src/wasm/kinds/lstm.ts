import type { Kind } from './kind';

export const lstm: Kind = {
  ...{ type: 'lstm', activations: ['tanh'], hasCell: true },
  products: [{ gates: 4, biases: 4, kernel: ['kernel'], bias: ['bias'] }],
  ofEachStep: ['cellTanh'],
  ofOneStep: ['dc', 'heldC'],
  take(layer) {
    if (layer.type !== 'lstm') return undefined;
    const { initialState, weights, forgetBias = 1, cellClip, projClip } = layer;
    const { kernel, bias, peepholes, projection } = weights;
    const tensors = {
      ...{ ...initialState, kernel, bias },
      ...(peepholes && { peepholeF: peepholes.f, peepholeI: peepholes.i, peepholeO: peepholes.o }),
      ...(projection && { projection }),
    };
    return { tensors, forgetBias, cellClip, projClip: projection && projClip };
  },
};
