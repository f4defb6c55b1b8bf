import '@rnn/cells/gradients';
import { describe, expect, test } from 'vitest';
import { expectReference } from '../testing/expect-reference';
import { type EngineCase, kinds } from '../testing/random-case';
import { small } from '../testing/small-cases';
import { engine } from './engine';
import { kinds as engineKinds } from './kinds/kinds';
import { type LayerSizes, spanOf } from './layer-layout';
import { registerEngine } from './register';

registerEngine();

// A number of steps that no span divides.
const [T, B] = [23, 127];
const lengths = Array.from({ length: B }, (_, row) => (5 * row) % (T + 1));

describe.each(kinds)('more steps than gates whose gradients are held at once, %s', (kind) => {
  // A basic cell has one gate where the others have three or four.
  const H = kind === 'rnn' ? 260 : 68;
  const large: EngineCase = { ...small(kind), T, B, D: 3, H, lengths };
  const { lengths: _, ...wholeRows } = large;
  const withAll: [string, EngineCase] = [
    'with all it has',
    { ...large, peepholes: true, P: 5, cellClip: 0.5, projClip: 0.4 },
  ];

  test.each<[string, EngineCase]>([
    ['all steps', { ...wholeRows, reverse: false }],
    ['from zero, with lengths, reversed', { ...large, fromZero: true }],
    ['few states kept', { ...large, swapMemory: true }],
    ...(kind === 'lstm' ? [withAll] : []),
  ])('%s: results and gradients are those of the reference', (_, engineCase) => expectReference(engineCase));

  test('their steps are not held at once', () => {
    const sizes = { kind: engineKinds[kind], width: Math.ceil(H / 8) * 8 } as LayerSizes;
    const rows = Math.ceil(B / Math.min(engine().threads.count, 4));
    const span = spanOf(sizes, { rows, run: T, window: T, training: true });
    expect(span).toBeGreaterThan(1);
    expect(span).toBeLessThan(T);
  });
});

test('a step that alone is too large is held all the same', () => {
  const sizes = { kind: engineKinds.lstm, width: 1024 } as LayerSizes;
  expect(spanOf(sizes, { rows: 512, run: 3, window: 3, training: true })).toBe(1);
});
