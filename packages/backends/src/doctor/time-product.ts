import { matMul, type Tensor2D, tensor2d } from '@tensorflow/tfjs-core';
import { fastest } from './fastest';
import type { Timing } from './trial';

const size = 256;
/** Small whole numbers, whose products float32 adds up exactly in any order. */
const left = (row: number, k: number) => ((row + 2 * k) % 5) - 2;
const right = (k: number, column: number) => ((3 * k + column) % 7) - 3;

/** Multiplies two matrices on the current backend. Throws where a number of the result is wrong. */
export async function timeProduct(): Promise<Timing> {
  const [a, b] = [matrix(left), matrix(right)];
  const ms = await fastest(async () => {
    const product: Tensor2D = matMul(a, b);
    const values = await product.data();
    product.dispose();
    for (const row of [0, 1, size - 1]) {
      for (let column = 0; column < size; column++) {
        let expected = 0;
        for (let k = 0; k < size; k++) expected += left(row, k) * right(k, column);
        const got = values[row * size + column];
        if (got !== expected) throw new Error(`a product came out wrong: ${got} in place of ${expected}`);
      }
    }
  });
  a.dispose();
  b.dispose();
  return { ms };
}

function matrix(value: (row: number, column: number) => number): Tensor2D {
  return tensor2d(
    Float32Array.from({ length: size * size }, (_, k) => value(Math.floor(k / size), k % size)),
    [size, size],
  );
}
