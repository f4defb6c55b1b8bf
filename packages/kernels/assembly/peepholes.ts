// Peepholes: c, weighted unit by unit, joins the sum of a gate.
import { fma } from './fma';

/** z += weights ⊙ c, for a panel. */
export function addPeephole(z: usize, c: usize, rows: i32, weights: usize): void {
  const weight = v128.load(weights), weight2 = v128.load(weights, 16);
  for (const end = z + <usize>rows * 32; z < end; z += 32) {
    const sum = fma(weight, v128.load(c), v128.load(z)), sum2 = fma(weight2, v128.load(c, 16), v128.load(z, 16));
    v128.store(z, sum);
    v128.store(z, sum2, 16);
    c += 32;
  }
}

/** Of the gradient of a gate's sum, for 4 columns of panels: c's share joins dc, the weight's joins `dWeight`. */
export function peepholeBackward(dGate: usize, c: usize, dc: usize, rows: i32, weight: v128, dWeight: usize): void {
  let sum = v128.load(dWeight);
  for (const end = dGate + <usize>rows * 32; dGate < end; dGate += 32) {
    const dZ = v128.load(dGate);
    v128.store(dc, fma(weight, dZ, v128.load(dc)));
    sum = fma(dZ, v128.load(c), sum);
    c += 32;
    dc += 32;
  }
  v128.store(dWeight, sum);
}
