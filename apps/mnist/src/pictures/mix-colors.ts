import type { Color } from './pixel-image';

/** What lies between two colours, from the one at 0 to the other at 1. */
export function mixColors(from: Color, to: Color, share: number): Color {
  const mix = (k: 0 | 1 | 2): number => Math.round(from[k] + share * (to[k] - from[k]));
  return [mix(0), mix(1), mix(2)];
}
