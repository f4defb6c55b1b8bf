import { expectClose } from 'testing';
import { expect, test } from 'vitest';
import { oneCycle } from './one-cycle';

/** Step and rate of PyTorch 2.13's `OneCycleLR(optimizer, 0.01, total_steps=1000, cycle_momentum=False)`. */
const byDefault = [
  [0, 0.0003999999999999993],
  [1, 0.000400264950421678],
  [150, 0.005225216681225468],
  [299, 0.01],
  [300, 0.009999949645161448],
  [500, 0.008099881015401794],
  [650, 0.004977580217564862],
  [998, 9.03548385536996e-8],
  [999, 4e-8],
] as const;

/** The 7 rates of `OneCycleLR(optimizer, 0.5, total_steps=7, pct_start=0.5, div_factor=10, final_div_factor=100)`: its top lies between two steps. */
const ofSeven = [
  0.04999999999999999, 0.20547117626563682, 0.45702882373436315, 0.47526697475862917, 0.3058246032555895,
  0.09453342198578131, 0.0005,
];

test('the rates are those of PyTorch, by default and with other shares and factors', () => {
  const rate = oneCycle(0.01, { totalSteps: 1000 });
  for (const [step, want] of byDefault) expectClose([rate(step)], [want], 1e-9);
  const other = oneCycle(0.5, { totalSteps: 7, pctStart: 0.5, divFactor: 10, finalDivFactor: 100 });
  expectClose(
    ofSeven.map((_, step) => other(step)),
    ofSeven,
    1e-12,
  );
});

test('steps after the last keep its rate, and a cycle that never rises begins at the top', () => {
  expect(oneCycle(0.01, { totalSteps: 1000 })(5000)).toBeCloseTo(4e-8, 20);
  expect(oneCycle(0.5, { totalSteps: 10, pctStart: 0.1 })(0)).toBe(0.5);
  expect(oneCycle(0.5, { totalSteps: 1 })(0)).toBe(0.5 / 25 / 1e4);
});

test('arguments that do not fit are told', () => {
  const refuses = (options: object, text: string) =>
    expect(() => oneCycle(1, { totalSteps: 10, ...options })).toThrow(`oneCycle: expected ${text}`);
  refuses({ totalSteps: 0 }, 'totalSteps to be a positive integer, got 0');
  refuses({ pctStart: 1.1 }, 'pctStart to be from 0 to 1, got 1.1');
  refuses({ divFactor: 0 }, 'divFactor to be a finite number of at least 1, got 0');
  refuses({ finalDivFactor: 0.5 }, 'finalDivFactor to be a finite number of at least 1, got 0.5');
  expect(() => oneCycle(-1, { totalSteps: 10 })).toThrow(
    'oneCycle: expected maxRate to be a finite number of at least 0',
  );
});
