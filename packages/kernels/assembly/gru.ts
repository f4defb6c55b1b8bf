// TensorFlow 1's GRU: r, u = split(σ([x, h] · gatesKernel + gatesBias));  n = tanh([x, r ⊙ h] · candidateKernel + candidateBias);
// h' = u h + (1 - u) n. `gates` hold r and u, `gates2` n; `reset` holds r ⊙ h, row-major, `width` floats a row.
import { flushed, leastGradient } from './flush';
import { fma } from './fma';
import { backwardPass, forwardPass, joinedGradient } from './pass';
import { multiply, multiplyTransposed } from './products';
import { atStep, clearPadding, inPanels, inSpan, joinedRow, Sequence, spanRows, startsFromZero, stateRow, storeInputGradient, timeOf } from './sequence';
import { sigmoidPanel, tanhPanel } from './sigmoid-tanh';

export function gruForward(q: Sequence): void {
  forwardPass(q, step);
}

export function gruBackward(q: Sequence): void {
  backwardPass(q, step, stepBackward, weightGradients);
}

function step(q: Sequence, s: i32): void {
  const rows = q.rows, widthPanels = q.width >> 3;
  const gate = <usize>(q.width * rows) * 4, panel = <usize>rows * 32, resetRow = <usize>q.width * 4;
  const gates = atStep(q, q.gates, s, 2 * gate), candidate = atStep(q, q.gates2, s, gate), reset = atStep(q, q.reset, s, gate);
  const k = q.inputs + q.width, panelB = <usize>k * 32;
  const zero = startsFromZero(q, s);
  multiply(joinedRow(q, s), q.rowBytes, q.weights, panelB, gates, panel, 32, rows, 2 * widthPanels, zero ? q.inputs : k, false);
  clearPadding(q, gates, q.units, 2);
  resetState(q, s, gates, reset);
  // The candidate's weights for x and for r ⊙ h lie one above the other in each panel.
  multiply(joinedRow(q, s), q.rowBytes, q.weights2, panelB, candidate, panel, 32, rows, widthPanels, q.inputs, false);
  if (!zero) multiply(reset, resetRow, q.weights2 + <usize>q.inputs * 32, panelB, candidate, panel, 32, rows, widthPanels, q.width, true);
  clearPadding(q, candidate, q.units, 1);
  update(q, s, gates, candidate);
}

/** r and u from their sums, in place, and r ⊙ h. */
function resetState(q: Sequence, s: i32, gates: usize, reset: usize): void {
  const rows = q.rows, width = <usize>q.width * 4, gate = width * <usize>rows, panel = <usize>rows * 32;
  for (let column: usize = 0, r = gates; column < width; column += 32, r += panel) {
    const bias = q.bias + column;
    sigmoidPanel(r, rows, v128.load(bias), v128.load(bias, 16));
    sigmoidPanel(r + gate, rows, v128.load(bias + width), v128.load(bias + width, 16));
    let h = stateRow(q, s) + column, to = reset + column;
    for (let at: usize = 0; at < panel; at += 32) {
      const value = f32x4.mul(v128.load(r + at), v128.load(h)), value2 = f32x4.mul(v128.load(r + at, 16), v128.load(h, 16));
      v128.store(to, value);
      v128.store(to, value2, 16);
      h += q.rowBytes;
      to += width;
    }
  }
}

/** n from its sums, in place, and h'. */
function update(q: Sequence, s: i32, gates: usize, candidate: usize): void {
  const rows = q.rows, width = <usize>q.width * 4, gate = width * <usize>rows, panel = <usize>rows * 32;
  for (let column: usize = 0, n = candidate, u = gates + gate; column < width; column += 32, n += panel, u += panel) {
    const bias = q.bias2 + column;
    tanhPanel(n, n, rows, v128.load(bias), v128.load(bias, 16));
    newState(q, s, column, u, n);
  }
}

/** h' = n + u (h - n), for a panel. */
export function newState(q: Sequence, s: i32, column: usize, u: usize, n: usize): void {
  let h = stateRow(q, s) + column, to = stateRow(q, s + 1) + column;
  for (const end = n + <usize>q.rows * 32; n < end; n += 32) {
    const value = v128.load(n), value2 = v128.load(n, 16);
    const next = fma(v128.load(u), f32x4.sub(v128.load(h), value), value);
    const next2 = fma(v128.load(u, 16), f32x4.sub(v128.load(h, 16), value2), value2);
    v128.store(to, next);
    v128.store(to, next2, 16);
    u += 32;
    h += q.rowBytes;
    to += q.rowBytes;
  }
}

function stepBackward(q: Sequence, s: i32): void {
  const panel = <usize>q.rows * 32;
  const widthPanels = q.width >> 3;
  candidateBackward(q, s);
  if (startsFromZero(q, s)) {
    // What r multiplies is zero.
    memory.fill(q.dReset, 0, <usize>(q.width * q.rows) * 4);
    gatesBackward(q, s);
  } else {
    multiply(q.dRow2, q.dRowBytes2, q.stateWeightsT2, <usize>q.width * 32, q.dReset, panel, 32, q.rows, widthPanels, q.width, false);
    clearPadding(q, q.dReset, q.units, 1);
    gatesBackward(q, s);
    multiply(q.dRow, q.dRowBytes, q.stateWeightsT, <usize>q.width * 64, q.dh, panel, 32, q.rows, widthPanels, 2 * q.width, true);
    clearPadding(q, q.dh, q.units, 1);
  }
  if (q.dx) inputGradient(q, s);
}

/** x's gradient, from those of the gates and of the candidate. */
export function inputGradient(q: Sequence, s: i32): void {
  const panels = (q.inputs + 7) >> 3, rowBytes = <usize>panels * 32;
  multiply(q.dRow, q.dRowBytes, q.inputWeightsT, <usize>q.width * 64, q.dxRow, 32, rowBytes, q.rows, panels, 2 * q.width, false);
  multiply(q.dRow2, q.dRowBytes2, q.inputWeightsT2, <usize>q.width * 32, q.dxRow, 32, rowBytes, q.rows, panels, q.width, true);
  storeInputGradient(q, timeOf(q, s), rowBytes);
}

function weightGradients(q: Sequence, add: bool): void {
  const k = spanRows(q), width = <usize>q.width * 4, panelAll = <usize>k * 32, widthPanels = q.width >> 3;
  joinedGradient(q, q.dGates, q.dWeights, 2 * widthPanels, add);
  multiplyTransposed(joinedRow(q, q.spanFirst), q.rowBytes, q.dGates2, panelAll, q.dWeights2, width, q.inputs, widthPanels, k, add);
  const reset = q.reset + <usize>(q.spanFirst * q.rows) * width;
  multiplyTransposed(reset, width, q.dGates2, panelAll, q.dWeights2 + <usize>q.inputs * width, width, q.width, widthPanels, k, add);
}

/** The candidate's gradient; u's gradient waits in `dRow`; dh becomes its direct share u dh. */
function candidateBackward(q: Sequence, s: i32): void {
  const rows = q.rows, width = <usize>q.width * 4, gate = width * <usize>rows;
  const one = f32x4.splat(1), least = leastGradient();
  for (let column: usize = 0; column < width; column += 16) {
    const offset = inPanels(column, rows);
    let u = q.gates + <usize>(2 * s + 1) * gate + offset, n = q.gates2 + <usize>s * gate + offset;
    let h = stateRow(q, s) + column, dh = q.dh + offset;
    let row = q.dRow + width + column, row2 = q.dRow2 + column;
    let panels = q.dGates2 + inSpan(q, column, s);
    let sum = v128.load(q.dBias2 + column);
    for (let r = rows; r > 0; r--) {
      const update = v128.load(u), candidate = v128.load(n), dH = flushed(v128.load(dh), least);
      const dN = f32x4.mul(f32x4.mul(dH, f32x4.sub(one, update)), f32x4.sub(one, f32x4.mul(candidate, candidate)));
      const dU = f32x4.mul(f32x4.mul(dH, f32x4.sub(v128.load(h), candidate)), f32x4.mul(update, f32x4.sub(one, update)));
      v128.store(panels, dN);
      v128.store(row2, dN);
      v128.store(row, dU);
      v128.store(dh, f32x4.mul(dH, update));
      sum = f32x4.add(sum, dN);
      u += 32; n += 32; dh += 32; panels += 32;
      h += q.rowBytes;
      row += q.dRowBytes;
      row2 += q.dRowBytes2;
    }
    v128.store(q.dBias2 + column, sum);
  }
}

/** r's gradient from that of r ⊙ h, whose share of dh is added; both gates' gradients to the panels. */
function gatesBackward(q: Sequence, s: i32): void {
  const rows = q.rows, width = <usize>q.width * 4, gate = width * <usize>rows;
  const panelAll = <usize>spanRows(q) * 32;
  const gradientGate = <usize>(q.width >> 3) * panelAll;
  const one = f32x4.splat(1);
  for (let column: usize = 0; column < width; column += 16) {
    const offset = inPanels(column, rows);
    let r = q.gates + <usize>(2 * s) * gate + offset;
    let h = stateRow(q, s) + column, dh = q.dh + offset, dReset = q.dReset + offset;
    let row = q.dRow + column;
    let panels = q.dGates + inSpan(q, column, s);
    let sumR = v128.load(q.dBias + column), sumU = v128.load(q.dBias + width + column);
    for (let left = rows; left > 0; left--) {
      const reset = v128.load(r), dRH = v128.load(dReset);
      const dR = f32x4.mul(f32x4.mul(dRH, v128.load(h)), f32x4.mul(reset, f32x4.sub(one, reset)));
      const dU = v128.load(row + width);
      v128.store(dh, fma(dRH, reset, v128.load(dh)));
      v128.store(row, dR);
      v128.store(panels, dR);
      v128.store(panels + gradientGate, dU);
      sumR = f32x4.add(sumR, dR);
      sumU = f32x4.add(sumU, dU);
      r += 32; dh += 32; dReset += 32; panels += 32;
      h += q.rowBytes;
      row += q.dRowBytes;
    }
    v128.store(q.dBias + column, sumR);
    v128.store(q.dBias + width + column, sumU);
  }
}
