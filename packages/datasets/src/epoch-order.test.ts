import { expect, test } from 'vitest';
import { epochOrder } from './epoch-order';

test('visits every example once', () => {
  for (const size of [0, 1, 2, 1000]) {
    expect([...epochOrder(size, 3, 5)].sort((a, b) => a - b)).toEqual(Array.from({ length: size }, (_, row) => row));
  }
});

test('is the same for the same seed and epoch, and another for another of either', () => {
  const order = epochOrder(1000, 3, 5);
  expect(epochOrder(1000, 3, 5)).toEqual(order);
  for (const other of [epochOrder(1000, 4, 5), epochOrder(1000, 3, 6), epochOrder(1000, 3 + 2 ** 32, 5)]) {
    const agreeing = order.filter((row, place) => other[place] === row).length;
    expect(agreeing).toBeLessThan(10); // a random order agrees with another in one place on average
  }
});

test('every order of four is as likely as any other, over seeds and over epochs', () => {
  for (const draw of [(k: number) => epochOrder(4, k, 0), (k: number) => epochOrder(4, 0, k)]) {
    const counts = new Map<string, number>();
    for (let k = 0; k < 24_000; k++) {
      const order = draw(k).join();
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    expect(chiSquare).toBeLessThan(58); // 23 degrees of freedom: passed by 1 in 10,000; the draws are fixed, so never flaky
  }
});
