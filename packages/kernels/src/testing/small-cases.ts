import '@rnn/cells/gradients';
import { type Tensor, tidy } from '@tensorflow/tfjs-core';
import { sequenceOf } from 'testing';
import { engine } from '../wasm/engine';
import { type EngineCase, kinds, sequenceOfCase, valuesOfCase } from './random-case';
import { type SequenceCase, toTensors } from './sequence-case';

/** A case of each kind as small as it is instructive. */
export const small = (kind: EngineCase['kind']): EngineCase => ({
  ...{ kind, T: 4, B: 3, D: 2, H: 3, lengths: [4, 0, 2], reverse: true, forgetBias: 0.5, relu: false, seed: 3 },
});

/** Each kind as small as it is instructive, and the LSTM with all it has. */
export const variants: [string, EngineCase][] = [
  ...kinds.map((kind): [string, EngineCase] => [kind, small(kind)]),
  [
    'lstm with peepholes, projection and clips',
    { ...small('lstm'), peepholes: true, P: 5, cellClip: 0.5, projClip: 0.4 },
  ],
];

/** What the case takes, by name. */
export const tensorsOf = (engineCase: EngineCase): Record<string, Tensor> => {
  const sequence = sequenceOfCase(engineCase, 'fused');
  return toTensors(sequence, valuesOfCase(engineCase, sequence));
};

/** Only some of what comes out has a share in the loss. */
export const sharesOf = (results: Readonly<Record<string, Tensor>>, names: readonly string[]) =>
  Object.fromEntries(names.map((name, k) => [name, sequenceOf(results[name]?.size ?? 0, 70 + k)]));

/** With all else held, the gradients of `names` alone are asked for. */
export function only(sequence: SequenceCase, tensors: Record<string, Tensor>, names: readonly string[]): SequenceCase {
  const shapes = Object.fromEntries(names.map((name) => [name, sequence.shapes[name] ?? []]));
  return { ...sequence, shapes, run: (t) => sequence.run({ ...tensors, ...t }) };
}

/** What the passes of all tapes keep for their gradients. */
export const usedBytes = (): number => engine().heldBytes;

/** A pass on another tape, with which those that were dropped go. */
export const nextPass = (): void => tidy(() => void sequenceOfCase(small('rnn'), 'fused').run(tensorsOf(small('rnn'))));
