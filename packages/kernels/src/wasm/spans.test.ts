import '@rnn/cells/gradients';
import { describe, expect, test } from 'vitest';
import { expectReference } from '../testing/expect-reference';
import { type EngineCase, kinds } from '../testing/random-case';
import { small } from '../testing/small-cases';
import { kinds as engineKinds } from './kinds/kinds';
import { type LayerSizes, spanOf } from './layer-layout';
import { registerEngine } from './register';
import { setThreads } from './set-threads';

registerEngine();

// More threads have fewer rows, and hold more steps of them.
setThreads(2);
const B = 127;
// Numbers of steps that no span divides; with few states kept, the larger has windows of 10.
const [T, long, window] = [23, 83, 10];

describe.each(kinds)('more steps than gates whose gradients are held at once, %s', (kind) => {
  // A basic cell has one gate where the others have three or four.
  const H = kind === 'rnn' ? 260 : 68;
  const large = (steps: number): EngineCase => {
    const lengths = Array.from({ length: B }, (_, row) => (5 * row) % (steps + 1));
    return { ...small(kind), T: steps, B, D: 3, H, lengths };
  };
  const { lengths: _, ...wholeRows } = large(T);
  const withAll: [string, EngineCase] = [
    'with all it has',
    { ...large(T), peepholes: true, P: 5, cellClip: 0.5, projClip: 0.4 },
  ];

  test.each<[string, EngineCase]>([
    ['all steps', { ...wholeRows, reverse: false }],
    ['from zero, with lengths, reversed', { ...large(T), fromZero: true }],
    ['few states kept', { ...large(long), swapMemory: true }],
    ...(kind === 'lstm' ? [withAll] : []),
  ])('%s: results and gradients are those of the reference', (_, engineCase) => expectReference(engineCase));

  test.each([
    [T, T],
    [long, window],
  ])('of %i steps in windows of %i some are held at once', (run, window) => {
    const sizes = { kind: engineKinds[kind], width: Math.ceil(H / 8) * 8 } as LayerSizes;
    const span = spanOf(sizes, { rows: Math.floor(B / 2), run, window, training: true });
    expect(span).toBeGreaterThan(1);
    expect(span).toBeLessThan(window);
  });
});

test('a step that alone is too large is held all the same', () => {
  const sizes = { kind: engineKinds.lstm, width: 1024 } as LayerSizes;
  expect(spanOf(sizes, { rows: 512, run: 3, window: 3, training: true })).toBe(1);
});
