/** How many numbers a value of this shape has. */
export const countOf = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);
