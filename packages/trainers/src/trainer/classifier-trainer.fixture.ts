import { BasicLSTMCell } from '@rnn/cells';
import { softmaxCrossEntropy } from '../losses/softmax-cross-entropy';
import { accuracy } from '../metrics/accuracy';
import type { Model } from '../models/model';
import { sequenceClassifier } from '../models/sequence-classifier';
import { adam } from '../optimizers/adam';
import { Trainer } from './trainer';

export const classifier = () => sequenceClassifier({ cell: new BasicLSTMCell(4), classes: 2 });

export function classifierTrainer(seed?: number) {
  return new Trainer(classifier(), { loss: softmaxCrossEntropy, optimizer: adam(0.02), metrics: { accuracy }, seed });
}

export const weightsOf = ({ model }: { model: Model }) =>
  [...model.variables.values()].flatMap((v) => [...v.dataSync()]);

export const boom = () => {
  throw new Error('boom');
};
