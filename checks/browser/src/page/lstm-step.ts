import '@tensorflow/tfjs-backend-cpu';
import { BasicLSTMCell } from '@rnn/cells';
import { valueAndGradients } from '@rnn/trainers';
import { dynamicRnn } from '@rnn/unroll';
import { ones, type Rank, setBackend, sum, type Tensor3D, tidy } from '@tensorflow/tfjs-core';

const [T, B, D, H] = [28, 128, 28, 128];
const cell = new BasicLSTMCell(H);
let inputs: Tensor3D | undefined;

/** Forward and backward once, on TensorFlow.js' cpu backend, the loss on the last output. */
export async function lstmStep(): Promise<void> {
  if (inputs === undefined) {
    await setBackend('cpu');
    cell.build(D);
    inputs = ones<Rank.R3>([T, B, D]);
  }
  const steps = inputs;
  tidy(() => void valueAndGradients(() => sum(dynamicRnn(cell, steps, { timeMajor: true })[1].h), cell.variables));
}
