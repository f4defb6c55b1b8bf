import { expect, test } from 'vitest';
import { sineWindows } from './sine-windows';

test('each window holds consecutive values of the curve and predicts the one after them', () => {
  const windows = sineWindows({ start: 2, stop: 5, samples: 31, windowSize: 4 });
  expect(windows).toMatchObject({ size: 27, inputShape: [4, 1], targetShape: [1] });
  const step = (5 - 2) / 30;
  for (let i = 0; i < 27; i++) {
    const curve = [0, 1, 2, 3, 4].map((ahead) => Math.sin(2 + step * (i + ahead)));
    windows.inputs.subarray(4 * i, 4 * i + 4).forEach((value, place) => {
      expect(value).toBeCloseTo(curve[place] as number, 6);
    });
    expect(windows.targets[i]).toBeCloseTo(curve[4] as number, 6);
  }
});

test('takes ten values a window unless told otherwise, and its seed', () => {
  const windows = sineWindows({ start: 0, stop: 1, samples: 11, seed: 4 });
  expect(windows).toMatchObject({ size: 1, inputShape: [10, 1], seed: 4 });
});

test('refuses sizes that leave no window', () => {
  expect(() => sineWindows({ start: 0, stop: 1, samples: 10 })).toThrow(
    "sineWindows: expected samples to be a whole number greater than the window's 10, got 10",
  );
  expect(() => sineWindows({ start: 0, stop: 1, samples: 10, windowSize: 0 })).toThrow(
    'sineWindows: expected windowSize to be a whole number from 1 up, got 0',
  );
});
