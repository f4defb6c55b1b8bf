import '@rnn/cells/gradients';
import { getBackend, type Tensor } from '@tensorflow/tfjs-core';
import { expectClose, tolerance } from 'testing';
import { describe, expect, test } from 'vitest';
import { sequenceOfCase, valuesOfCase } from '../testing/random-case';
import { gradientsOf, toTensors } from '../testing/sequence-case';
import { only, sharesOf, variants } from '../testing/small-cases';
import { registerEngine } from './register';

registerEngine();
const { forward, gradient } = tolerance('cpu');

describe.each(variants)('what is not finite, %s', (_, variant) => {
  const { kind, P = 3 } = variant;
  /** The same kind at each place: NaN, an infinity, or a number that is close. */
  function expectSameKinds(got: Tensor, want: Tensor, bound: number, what: string): void {
    const [a, b] = [got.dataSync(), want.dataSync()];
    const as = (values: ArrayLike<number>) => Array.from(values, (v) => (Number.isFinite(v) ? 'finite' : `${v}`));
    expect(as(a), what).toEqual(as(b));
    const finite = Array.from(b.keys()).filter((k) => Number.isFinite(b[k]));
    expectClose(
      finite.map((k) => a[k] as number),
      finite.map((k) => b[k] as number),
      bound,
    );
  }

  const bad = [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  const afterReset: [string, number][] = [
    ['candidateHiddenKernel', 4],
    ['candidateHiddenBias', 1],
  ];
  const places: [string, number][] = [
    ['inputs', 2],
    ['inputs', 11],
    ['h', 1],
    ['kernel', 4],
    ['bias', 1],
    ...(kind === 'lstm' ? [['c', 1] as [string, number]] : []),
    ...(variant.peepholes ? ['f', 'i', 'o', 'projection'].map((name): [string, number] => [name, 1]) : []),
    ...(kind === 'gruResetAfter' ? afterReset : []),
  ];
  const cases = [3, 8, 9].flatMap((H) => bad.flatMap((value) => places.map(([name, at]) => ({ H, value, name, at }))));
  test.each(cases)('$value in $name at $at, $H units: what the reference gives', ({ H, value, name, at }) => {
    // The relu of TensorFlow.js's wasm backend makes NaN 0.
    for (const relu of kind === 'rnn' && getBackend() !== 'wasm' ? [false, true] : [false]) {
      // Its clip makes NaN the lower limit.
      const { cellClip, projClip, ...unclipped } = variant;
      // All steps: within the reference's gradients, what is masked still meets the weights, and 0 · NaN is NaN.
      const engineCase = { ...(getBackend() === 'wasm' ? unclipped : variant), lengths: [4, 4, 4], H, relu };
      const fused = sequenceOfCase(engineCase, 'fused');
      const reference = sequenceOfCase(engineCase, 'reference');
      const values = valuesOfCase(engineCase, fused);
      const at0 = Object.keys(values).find((key) => key.toLowerCase().endsWith(name.toLowerCase())) as string;
      (values[at0] as number[])[at] = value;
      const tensors = toTensors(fused, values);
      const [got, want] = [fused.run(tensors), reference.run(tensors)];
      for (const key of Object.keys(want)) expectSameKinds(got[key] as Tensor, want[key] as Tensor, forward, key);
      const shares = sharesOf(want, Object.keys(want));
      const theirs = gradientsOf(reference, tensors, shares);
      for (const [k, mine] of gradientsOf(fused, tensors, shares).entries())
        expectSameKinds(mine, theirs[k] as Tensor, gradient, `d${Object.keys(fused.shapes)[k]}`);
    }
  });

  test('a weight that is not finite reaches no row that takes no step', () => {
    const fused = sequenceOfCase(variant, 'fused');
    const values = valuesOfCase(variant, fused);
    for (const key of Object.keys(values).filter((key) => /kernel|bias|projection|^[fio]$/i.test(key)))
      (values[key] as number[]).fill(Number.NaN);
    const tensors = toTensors(fused, values);
    const results = fused.run(tensors);
    const row = (t: Tensor | undefined): number[] => [...(t as Tensor).dataSync()].slice(P, 2 * P);
    expect(row(results.h)).toEqual(row(tensors.h));
    const shares = sharesOf(results, ['h']);
    const [dh] = gradientsOf(only(fused, tensors, ['h']), tensors, shares);
    expect(row(dh)).toEqual(shares.h?.slice(P, 2 * P));
  });

  test('padding that is not finite reaches nothing', () => {
    const engineCase = { ...variant, H: 9 };
    const fused = sequenceOfCase(engineCase, 'fused');
    const values = valuesOfCase(engineCase, fused);
    const { T, B, D } = engineCase;
    const clean = toTensors(fused, values);
    const dirty = toTensors(fused, {
      ...values,
      inputs: (values.inputs as number[]).map((v, k) => {
        const [t, b] = [Math.floor(k / (B * D)), Math.floor(k / D) % B];
        return t < (engineCase.lengths?.[b] ?? T) ? v : (bad[k % 3] as number);
      }),
    });
    const want = fused.run(clean);
    const got = fused.run(dirty);
    for (const name of Object.keys(want)) expect(got[name]?.dataSync()).toEqual(want[name]?.dataSync());
    const shares = sharesOf(want, Object.keys(want));
    const theirs = gradientsOf(fused, clean, shares);
    for (const [k, mine] of gradientsOf(fused, dirty, shares).entries())
      expect(mine.dataSync()).toEqual(theirs[k]?.dataSync());
  });
});
