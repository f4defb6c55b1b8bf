/** `1 step`, `1,716 steps`, `0.12 epochs`: a number and what it counts. */
export const counted = (n: number, what: string): string =>
  `${n.toLocaleString('en', { maximumFractionDigits: 2 })} ${n === 1 ? what : `${what}s`}`;
