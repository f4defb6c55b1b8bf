// The GRU of cuDNN, whose reset gate acts after the product: r, u = split(σ([x, h] · gatesKernel + gatesBias));
// n = tanh(x · candidateInputKernel + candidateInputBias + r ⊙ (h · candidateHiddenKernel + candidateHiddenBias)); h' = u h + (1 - u) n.
// `weights2` are the candidate's kernels, x's rows above h's; `bias2` and `dBias2` hold x's bias and then h's. `gates` hold r and u, `gates2` n,
// `reset`, in panels too, what r multiplies. A step's gradients of n and of what r multiplies lie side by side in `dRow2` and `dGates2`.
import { flushed, leastGradient } from './flush';
import { fma } from './fma';
import { inputGradient, newState } from './gru';
import { backwardPass, forwardPass, joinedGradient, stateGradient } from './pass';
import { multiply, multiplyTransposed } from './products';
import { atStep, clearPadding, inPanels, inSpan, joinedRow, Sequence, spanRows, startsFromZero, stateRow } from './sequence';
import { sigmoidPanel, tanhPanel } from './sigmoid-tanh';

export function gruResetAfterForward(q: Sequence): void {
  forwardPass(q, step);
}

export function gruResetAfterBackward(q: Sequence): void {
  backwardPass(q, step, stepBackward, weightGradients);
}

function step(q: Sequence, s: i32): void {
  const rows = q.rows, widthPanels = q.width >> 3;
  const gate = <usize>(q.width * rows) * 4, panel = <usize>rows * 32;
  const gates = atStep(q, q.gates, s, 2 * gate), candidate = atStep(q, q.gates2, s, gate), hidden = atStep(q, q.reset, s, gate);
  const k = q.inputs + q.width, panelB = <usize>k * 32;
  const zero = startsFromZero(q, s);
  multiply(joinedRow(q, s), q.rowBytes, q.weights, panelB, gates, panel, 32, rows, 2 * widthPanels, zero ? q.inputs : k, false);
  multiply(joinedRow(q, s), q.rowBytes, q.weights2, panelB, candidate, panel, 32, rows, widthPanels, q.inputs, false);
  if (zero) memory.fill(hidden, 0, gate);
  else multiply(stateRow(q, s), q.rowBytes, q.weights2 + <usize>q.inputs * 32, panelB, hidden, panel, 32, rows, widthPanels, q.width, false);
  clearPadding(q, gates, q.units, 2);
  clearPadding(q, candidate, q.units, 1);
  clearPadding(q, hidden, q.units, 1);
  pointwise(q, s, gates, candidate, hidden);
}

/** r, u, n and what r multiplies from their sums, in place, and h'. */
function pointwise(q: Sequence, s: i32, gates: usize, candidate: usize, hidden: usize): void {
  const rows = q.rows, width = <usize>q.width * 4, gate = width * <usize>rows, panel = <usize>rows * 32;
  for (let column: usize = 0, offset: usize = 0; column < width; column += 32, offset += panel) {
    const r = gates + offset, u = r + gate, n = candidate + offset, reset = hidden + offset;
    const bias = q.bias + column, bias2 = q.bias2 + column;
    sigmoidPanel(r, rows, v128.load(bias), v128.load(bias, 16));
    sigmoidPanel(u, rows, v128.load(bias + width), v128.load(bias + width, 16));
    for (let half: usize = 0; half < 32; half += 16) {
      const hiddenBias = v128.load(bias2 + width + half);
      for (let at = half; at < panel; at += 32) {
        const sum = f32x4.add(v128.load(reset + at), hiddenBias);
        v128.store(reset + at, sum);
        v128.store(n + at, fma(v128.load(r + at), sum, v128.load(n + at)));
      }
    }
    tanhPanel(n, n, rows, v128.load(bias2), v128.load(bias2, 16));
    newState(q, s, column, u, n);
  }
}

function stepBackward(q: Sequence, s: i32): void {
  const panel = <usize>q.rows * 32;
  const widthPanels = q.width >> 3;
  pointwiseBackward(q, s);
  if (!startsFromZero(q, s)) {
    const dHiddenRow = q.dRow2 + <usize>q.width * 4;
    multiply(q.dRow, q.dRowBytes, q.stateWeightsT, <usize>q.width * 64, q.dh, panel, 32, q.rows, widthPanels, 2 * q.width, true);
    multiply(dHiddenRow, q.dRowBytes2, q.stateWeightsT2, <usize>q.width * 32, q.dh, panel, 32, q.rows, widthPanels, q.width, true);
    clearPadding(q, q.dh, q.units, 1);
  }
  if (q.dx) inputGradient(q, s);
}

function weightGradients(q: Sequence, add: bool): void {
  const k = spanRows(q), width = <usize>q.width * 4, panelAll = <usize>k * 32, widthPanels = q.width >> 3;
  joinedGradient(q, q.dGates, q.dWeights, 2 * widthPanels, add);
  multiplyTransposed(joinedRow(q, q.spanFirst), q.rowBytes, q.dGates2, panelAll, q.dWeights2, width, q.inputs, widthPanels, k, add);
  stateGradient(q, q.dGates2 + <usize>widthPanels * panelAll, q.dWeights2 + <usize>q.inputs * width, widthPanels, add);
}

/** The gradients of r, u, n and what r multiplies, to the panels and row-major; dh becomes its direct share u dh. */
function pointwiseBackward(q: Sequence, s: i32): void {
  const rows = q.rows, width = <usize>q.width * 4, gate = width * <usize>rows;
  const panelAll = <usize>spanRows(q) * 32;
  const gradientGate = <usize>(q.width >> 3) * panelAll;
  const one = f32x4.splat(1), least = leastGradient();
  for (let column: usize = 0; column < width; column += 16) {
    const offset = inPanels(column, rows);
    const gradients = inSpan(q, column, s);
    let r = q.gates + <usize>(2 * s) * gate + offset, n = q.gates2 + <usize>s * gate + offset, hidden = q.reset + <usize>s * gate + offset;
    let h = stateRow(q, s) + column, dh = q.dh + offset;
    let row = q.dRow + column, row2 = q.dRow2 + column;
    let panels = q.dGates + gradients, panels2 = q.dGates2 + gradients;
    let sumR = v128.load(q.dBias + column), sumU = v128.load(q.dBias + width + column);
    let sumN = v128.load(q.dBias2 + column), sumHidden = v128.load(q.dBias2 + width + column);
    for (let left = rows; left > 0; left--) {
      const reset = v128.load(r), update = v128.load(r + gate), candidate = v128.load(n), dH = flushed(v128.load(dh), least);
      const dN = f32x4.mul(f32x4.mul(dH, f32x4.sub(one, update)), f32x4.sub(one, f32x4.mul(candidate, candidate)));
      const dU = f32x4.mul(f32x4.mul(dH, f32x4.sub(v128.load(h), candidate)), f32x4.mul(update, f32x4.sub(one, update)));
      const dR = f32x4.mul(f32x4.mul(dN, v128.load(hidden)), f32x4.mul(reset, f32x4.sub(one, reset)));
      const dHidden = f32x4.mul(dN, reset);
      v128.store(panels, dR);
      v128.store(panels + gradientGate, dU);
      v128.store(panels2, dN);
      v128.store(panels2 + gradientGate, dHidden);
      v128.store(row, dR);
      v128.store(row + width, dU);
      v128.store(row2, dN);
      v128.store(row2 + width, dHidden);
      v128.store(dh, f32x4.mul(dH, update));
      sumR = f32x4.add(sumR, dR);
      sumU = f32x4.add(sumU, dU);
      sumN = f32x4.add(sumN, dN);
      sumHidden = f32x4.add(sumHidden, dHidden);
      r += 32; n += 32; hidden += 32; dh += 32; panels += 32; panels2 += 32;
      h += q.rowBytes;
      row += q.dRowBytes;
      row2 += q.dRowBytes2;
    }
    v128.store(q.dBias + column, sumR);
    v128.store(q.dBias + width + column, sumU);
    v128.store(q.dBias2 + column, sumN);
    v128.store(q.dBias2 + width + column, sumHidden);
  }
}
