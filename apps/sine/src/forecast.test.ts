import { expect, it } from 'vitest';
import { forecast } from './forecast';

it('predicts each value from the window before it, the predictions among them', async () => {
  const windows: number[][] = [];
  const values = await forecast(
    async (window) => {
      windows.push([...window]);
      return Float32Array.of(window.reduce((sum, value) => sum + value, 0));
    },
    [1, 2, 4],
    4,
  );
  expect([...values]).toEqual([7, 13, 24, 44]);
  expect(windows).toEqual([
    [1, 2, 4],
    [2, 4, 7],
    [4, 7, 13],
    [7, 13, 24],
  ]);
});

it('of the exact recurrence sin(x + 2s) = 2 cos s · sin(x + s) - sin x goes on as the sine', async () => {
  const s = 0.01;
  const [c, window] = [2 * Math.cos(s), [0, 1, 2, 3].map((i) => Math.sin(i * s))];
  const next = async (values: Float32Array) => Float32Array.of(c * (values[3] as number) - (values[2] as number));
  const values = await forecast(next, window, 100);
  for (const [i, value] of values.entries()) expect(value).toBeCloseTo(Math.sin((i + 4) * s), 3);
});
