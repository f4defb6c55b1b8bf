import { expect, test } from 'vitest';
import { EventLoopTurns } from './event-loop-turns';

test('a timer fires during a loop that only computes, and not at every step', async () => {
  let fired = 0;
  let waited = 0;
  const timer = setInterval(() => fired++, 1);
  const turns = new EventLoopTurns();
  const began = performance.now();
  while (performance.now() - began < 350) {
    const before = fired;
    await turns.give();
    if (fired > before) waited++;
  }
  clearInterval(timer);
  expect(waited).toBeGreaterThanOrEqual(1);
  expect(waited).toBeLessThanOrEqual(3);
});
