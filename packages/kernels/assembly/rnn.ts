// The basic cell: h' = tanh([x, h] · kernel + bias), or relu.
import { flushed, leastGradient } from './flush';
import { backwardPass, forwardPass, joinedGradient } from './pass';
import { multiply } from './products';
import { atStep, clearPadding, inPanels, inSpan, joinedRow, Sequence, startsFromZero, stateRow, storeInputGradient, timeOf } from './sequence';
import { tanhPanel } from './sigmoid-tanh';

export function rnnForward(q: Sequence): void {
  forwardPass(q, step);
}

export function rnnBackward(q: Sequence): void {
  backwardPass(q, step, stepBackward, weightGradients);
}

function step(q: Sequence, s: i32): void {
  const panel = <usize>q.rows * 32;
  const k = q.inputs + q.width;
  const h = atStep(q, q.gates, s, <usize>(q.width * q.rows) * 4);
  multiply(
    joinedRow(q, s), q.rowBytes, q.weights, <usize>k * 32, h, panel, 32, q.rows, q.width >> 3, startsFromZero(q, s) ? q.inputs : k, false,
  );
  clearPadding(q, h, q.units, 1);
  pointwise(q, s, h);
}

/** h' from its sums, in place, and into the next step's row. */
function pointwise(q: Sequence, s: i32, panels: usize): void {
  const rows = q.rows, width = <usize>q.width * 4, panel = <usize>rows * 32;
  for (let column: usize = 0, z = panels; column < width; column += 32, z += panel) {
    const bias = v128.load(q.bias + column), bias2 = v128.load(q.bias + column, 16);
    if (q.relu) reluPanel(z, rows, bias, bias2);
    else tanhPanel(z, z, rows, bias, bias2);
    let h = stateRow(q, s + 1) + column;
    for (let at: usize = 0; at < panel; at += 32) {
      const value = v128.load(z + at), value2 = v128.load(z + at, 16);
      v128.store(h, value);
      v128.store(h, value2, 16);
      h += q.rowBytes;
    }
  }
}

/** relu(z + bias) in place; by max, not pmax: a NaN must stay one. */
function reluPanel(z: usize, rows: i32, bias: v128, bias2: v128): void {
  const zero = f32x4.splat(0);
  for (const end = z + <usize>rows * 32; z < end; z += 32) {
    const value = f32x4.max(f32x4.add(v128.load(z), bias), zero), value2 = f32x4.max(f32x4.add(v128.load(z, 16), bias2), zero);
    v128.store(z, value);
    v128.store(z, value2, 16);
  }
}

function stepBackward(q: Sequence, s: i32): void {
  const panel = <usize>q.rows * 32;
  const inputPanels = (q.inputs + 7) >> 3;
  pointwiseBackward(q, s);
  if (!startsFromZero(q, s)) {
    multiply(q.dRow, q.dRowBytes, q.stateWeightsT, <usize>q.width * 32, q.dh, panel, 32, q.rows, q.width >> 3, q.width, false);
    clearPadding(q, q.dh, q.units, 1);
  }
  if (q.dx) {
    const rowBytes = <usize>inputPanels * 32;
    multiply(q.dRow, q.dRowBytes, q.inputWeightsT, <usize>q.width * 32, q.dxRow, 32, rowBytes, q.rows, inputPanels, q.width, false);
    storeInputGradient(q, timeOf(q, s), rowBytes);
  }
}

function weightGradients(q: Sequence, add: bool): void {
  joinedGradient(q, q.dGates, q.dWeights, q.width >> 3, add);
}

/** dz = dh (1 - h²), or dh where relu's h > 0: in panels over the span for the weights, row-major for this step's products. */
function pointwiseBackward(q: Sequence, s: i32): void {
  const rows = q.rows, width = <usize>q.width * 4;
  const one = f32x4.splat(1), zero = f32x4.splat(0), least = leastGradient();
  for (let column: usize = 0; column < width; column += 16) {
    const offset = inPanels(column, rows);
    let h = q.gates + <usize>(s * q.width * rows) * 4 + offset, dh = q.dh + offset;
    let panels = q.dGates + inSpan(q, column, s);
    let row = q.dRow + column;
    let sum = v128.load(q.dBias + column);
    for (let r = rows; r > 0; r--) {
      const value = v128.load(h), dH = flushed(v128.load(dh), least);
      // relu's slope is 0 or 1, and NaN, which all bits set are, where the value is.
      const relu = v128.or(v128.and(f32x4.gt(value, zero), one), f32x4.ne(value, value));
      const dZ = f32x4.mul(dH, q.relu ? relu : f32x4.sub(one, f32x4.mul(value, value)));
      v128.store(panels, dZ);
      v128.store(row, dZ);
      sum = f32x4.add(sum, dZ);
      h += 32; dh += 32; panels += 32;
      row += q.dRowBytes;
    }
    v128.store(q.dBias + column, sum);
  }
}
