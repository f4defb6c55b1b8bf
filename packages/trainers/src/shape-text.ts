/** A shape as errors write it: `[128, 28, 28]`. */
export const shapeText = (shape: readonly (number | string)[]): string => `[${shape.join(', ')}]`;
