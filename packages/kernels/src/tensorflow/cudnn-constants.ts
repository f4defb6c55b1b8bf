import type { CudnnMode } from './native-ops';

/** The attributes of CudnnRNN of one layer in one direction, all of whose weights are used and which drops nothing out. */
export const cudnnConstants = (mode: CudnnMode) => ({
  ...{ rnn_mode: mode, input_mode: 'linear_input', direction: 'unidirectional' },
  ...{ dropout: 0, seed: 0, seed2: 0 },
});
