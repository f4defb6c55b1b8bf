import { digitSide } from './pictures/digit-image';
import type { Preparation } from './preparation';

/** Of a prepared picture, `[T, D]`: what a network takes. */
export function digitShape(preparation: Preparation | undefined): [steps: number, inputSize: number] {
  const { margin, rows } = preparation ?? { margin: 0, rows: 1 };
  const side = digitSide - 2 * margin;
  return [side / rows, rows * side];
}
