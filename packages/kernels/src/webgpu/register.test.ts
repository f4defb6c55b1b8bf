import '@rnn/cells/gradients';
import { getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { relativeError, sequenceOf } from 'testing';
import { describe, expect, test } from 'vitest';
import { registerWebgpu } from './register';
import { type EngineCase, randomCase, randomWholeLstm, sequenceOfCase, show, valuesOfCase } from '../testing/random-case';
import { gradientsOf, toTensors } from '../testing/sequence-case';
import { registerEngine } from '../wasm/register';
import { setBackend } from '@tensorflow/tfjs-core';

registerWebgpu();
registerEngine();
const kinds = ['lstm', 'gru', 'gruResetAfter', 'rnn'] as const;
const cases = [
  ...kinds.map((kind) => [kind, (seed: number) => randomCase(kind, seed)] as const),
  ['whole lstm', randomWholeLstm] as const,
];
async function all(engineCase: EngineCase, kernel: 'fused' | 'reference') {
  const sequence = sequenceOfCase(engineCase, kernel);
  const tensors = toTensors(sequence, valuesOfCase(engineCase, sequence));
  const results = sequence.run(tensors);
  const shares = Object.fromEntries(Object.entries(results).map(([name, r], k) => [name, sequenceOf(r.size, 70 + k)]));
  const got: Record<string, ArrayLike<number>> = {};
  for (const [name, r] of Object.entries(results)) got[name] = await r.data();
  const gradients = gradientsOf(sequence, tensors, shares);
  for (const [k, name] of Object.keys(sequence.shapes).entries()) got[`d ${name}`] = await (gradients[k] as Tensor).data();
  return got;
}
describe.each(cases)('%s', (_, make) => {
  test.each(Array.from({ length: 12 }, (_, k) => make(k + 1)).map((c) => ({ ...c, swapMemory: false })).map((c) => [show(c), c] as const))('%s', async (_, c) => {
    expect(getBackend()).toBe('webgpu');
    const got = await all(c, 'fused');
    await setBackend('cpu');
    const want = await all(c, 'reference');
    await setBackend('webgpu');
    const errors = Object.entries(want).map(([name, w]) => [name, relativeError(got[name] as ArrayLike<number>, w)] as const);
    expect(errors.filter(([name, e]) => e > (name.startsWith('d ') ? 1e-4 : 1e-5))).toEqual([]);
  });
});
