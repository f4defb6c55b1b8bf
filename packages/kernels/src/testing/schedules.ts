import type { Schedule, Sizes } from './float64-sequences';

/** The sizes of most cases, with which an error tells which step, row or unit is off. P is H without a projection. */
export const small: Sizes = { T: 4, B: 4, D: 2, H: 3, P: 3 };

/** Sizes at which loops and blocks begin and end. */
export const edgeSizes: [string, Sizes][] = [
  ['one row', { T: 5, B: 1, D: 3, H: 4, P: 4 }],
  ['one step', { T: 1, B: 3, D: 2, H: 5, P: 5 }],
  ['one of everything', { T: 1, B: 1, D: 1, H: 1, P: 1 }],
  ['odd sizes', { T: 7, B: 5, D: 11, H: 13, P: 13 }],
  ['more than one block of 32 steps', { T: 70, B: 2, D: 3, H: 4, P: 4 }],
];

/** The ways to go through the four steps of `small`. */
export const schedules: Record<string, Schedule> = {
  'all steps': {},
  'lengths 2, 0, 4, 1': { lengths: [2, 0, 4, 1] },
  reversed: { reverse: true },
  'reversed within lengths 3, 4, 0, 2': { reverse: true, lengths: [3, 4, 0, 2] },
};
