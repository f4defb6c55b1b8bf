import { expect, it } from 'vitest';
import { forecastErrors } from './forecast-errors';

it('tells of the first, the tenth, the hundredth step and of the last', () => {
  const sine = Array.from({ length: 250 }, (_, i) => Math.sin(i));
  const predicted = sine.map((value, i) => value + i);
  const rms = (n: number) => Math.sqrt(((n - 1) * n * (2 * n - 1)) / 6 / n); // of 0, 1, …, n - 1
  expect(forecastErrors(predicted, sine)).toEqual(
    [1, 10, 100, 250].map((steps) => ({
      ...{ steps, sine: sine[steps - 1], predicted: predicted[steps - 1] },
      rms: expect.closeTo(rms(steps), 9),
    })),
  );
});

it('tells of the last step once where that is a power of ten, and of thousands', () => {
  expect(forecastErrors(new Array(1000).fill(1), new Array(1000).fill(0)).map(({ steps }) => steps)).toEqual([
    1, 10, 100, 1000,
  ]);
});
