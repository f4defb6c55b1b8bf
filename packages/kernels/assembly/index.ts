export { gruBackward, gruForward } from './gru';
export { gruResetAfterBackward, gruResetAfterForward } from './gru-reset-after';
export { addInto, packBias, packTransposed, packWeights, unpack } from './layout';
export { lstmBackward, lstmForward } from './lstm';
export { repeatTile } from './products';
export { rnnBackward, rnnForward } from './rnn';
export { softmaxCrossEntropy } from './softmax-cross-entropy';
export { adagrad, adam, momentum, scale, sumOfSquares } from './updates';
