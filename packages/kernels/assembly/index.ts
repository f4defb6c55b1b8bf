export { addInto, packBias, packTransposed, packWeights, unpack } from './layout';
export { repeatTile } from './products';
export { backward, forward } from './run';
export { softmaxCrossEntropy } from './softmax-cross-entropy';
export { adagrad, adam, momentum, scale, sumOfSquares } from './updates';
