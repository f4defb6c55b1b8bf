import '@tensorflow/tfjs-backend-cpu';
import { BasicLSTMCell } from '@rnn/cells';
import { valueAndGradients } from '@rnn/trainers';
import { dynamicRnn } from '@rnn/unroll';
import { ones, type Rank, sum, type Tensor3D, tidy } from '@tensorflow/tfjs-core';

const [T, B, D, H] = [28, 128, 28, 128];
const cell = new BasicLSTMCell(H);
cell.build(D);
let inputs: Tensor3D | undefined;

/** Forward and backward once, the loss on the last output. */
export function lstmStep(): void {
  inputs ??= ones<Rank.R3>([T, B, D]);
  const steps = inputs;
  tidy(() => void valueAndGradients(() => sum(dynamicRnn(cell, steps, { timeMajor: true })[1].h), cell.variables));
}
