// The LSTM: i, j, f, o = split([x, h] · kernel + bias);  c' = c σ(f + forgetBias) + σ(i) tanh(j);  h' = σ(o) tanh(c').
import { fma } from './fma';
import { multiply, multiplyTransposed } from './products';
import {
  addOutputGradient, anyMasked, clearPadding, holdMasked, keepMaskedH, keepMaskedPanels, loadInputs, loadPanels, loadState, releaseMasked, Sequence,
  stateRow, storeInputGradient, storeOutput, storePanels, storeState, timeOf,
} from './sequence';
import { sigmoidColumn, tanhColumn } from './sigmoid-tanh';

/** Bytes of one gate, or of c, of one step. */
@inline function gateBytes(q: Sequence): usize {
  return <usize>(q.width * q.rows) * 4;
}

export function lstmForward(q: Sequence): void {
  const gate = gateBytes(q);
  const panel = <usize>q.rows * 32;
  const k = q.inputs + q.width;
  loadInputs(q);
  loadState(q, q.h0, stateRow(q, 0), q.rowBytes);
  loadPanels(q, q.c0, q.cells);
  let gates = q.gates, c = q.cells, cellTanh = q.cellTanh;
  for (let s = 0; s < q.steps; s++) {
    const next = q.training ? c + gate : s & 1 ? q.cells : q.cells + gate;
    const a = q.joined + <usize>(s * q.rows) * q.rowBytes;
    multiply(a, q.rowBytes, q.weights, <usize>k * 32, gates, panel, 32, q.rows, q.width >> 1, k, false);
    clearPadding(q, gates, 4);
    step(q, s, gates, c, next, cellTanh);
    keepMaskedH(q, s);
    keepMaskedPanels(q, timeOf(q, s), c, next);
    if (q.out) storeOutput(q, s);
    c = next;
    if (q.training) {
      gates += 4 * gate;
      cellTanh += gate;
    }
  }
  storeState(q, stateRow(q, q.steps), q.rowBytes, q.hEnd);
  storePanels(q, c, q.cEnd);
}

/** Gates from their sums, in place; the new c and h. Column by column, so that what one loop leaves the next finds in the first-level cache. */
function step(q: Sequence, s: i32, gates: usize, c: usize, next: usize, cellTanh: usize): void {
  const rows = q.rows, gate = gateBytes(q), width = <usize>q.width * 4;
  const forgetBias = f32x4.splat(q.forgetBias), zero = f32x4.splat(0);
  for (let column: usize = 0; column < width; column += 16) {
    const offset = (column >> 5) * <usize>rows * 32 + (column & 16);
    const i = gates + offset, j = i + gate, f = j + gate, o = f + gate;
    const bias = q.bias + column;
    sigmoidColumn(i, rows, v128.load(bias));
    tanhColumn(j, j, rows, v128.load(bias + width));
    sigmoidColumn(f, rows, f32x4.add(forgetBias, v128.load(bias + 2 * width)));
    sigmoidColumn(o, rows, v128.load(bias + 3 * width));
    const to = next + offset, th = cellTanh + offset;
    for (let at: usize = 0, end = <usize>rows * 32; at < end; at += 32) {
      const kept = f32x4.mul(v128.load(f + at), v128.load(c + offset + at));
      v128.store(to + at, fma(v128.load(i + at), v128.load(j + at), kept));
    }
    tanhColumn(to, th, rows, zero);
    let h = stateRow(q, s + 1) + column;
    for (let at: usize = 0, end = <usize>rows * 32; at < end; at += 32) {
      v128.store(h, f32x4.mul(v128.load(o + at), v128.load(th + at)));
      h += q.rowBytes;
    }
  }
}

export function lstmBackward(q: Sequence): void {
  const panel = <usize>q.rows * 32;
  const inputPanels = (q.inputs + 7) >> 3;
  memory.fill(q.dBias, 0, <usize>q.width * 16);
  loadPanels(q, q.dhEnd, q.dh);
  loadPanels(q, q.dcEnd, q.dc);
  for (let s = q.steps - 1; s >= 0; s--) {
    const t = timeOf(q, s);
    const masked = anyMasked(q, t);
    addOutputGradient(q, t);
    if (masked) {
      holdMasked(q, t, q.dh, q.heldH);
      holdMasked(q, t, q.dc, q.heldC);
    }
    stepBackward(q, s);
    multiply(q.dRow, q.dRowBytes, q.stateWeightsT, <usize>q.width * 128, q.dh, panel, 32, q.rows, q.width >> 3, 4 * q.width, false);
    clearPadding(q, q.dh, 1);
    if (q.dx) {
      const rowBytes = <usize>inputPanels * 32;
      multiply(q.dRow, q.dRowBytes, q.inputWeightsT, <usize>q.width * 128, q.dxRow, 32, rowBytes, q.rows, inputPanels, 4 * q.width, false);
      storeInputGradient(q, t, rowBytes);
    }
    if (masked) {
      releaseMasked(q, t, q.dh, q.heldH);
      releaseMasked(q, t, q.dc, q.heldC);
    }
  }
  storePanels(q, q.dh, q.dh0);
  storePanels(q, q.dc, q.dc0);
  const panelBytes = <usize>(q.steps * q.rows) * 32;
  multiplyTransposed(
    q.joined, q.rowBytes, q.dGates, panelBytes, q.dWeights, <usize>q.width * 16, q.inputs + q.width, q.width >> 1, q.steps * q.rows,
  );
}

/** The gates' gradients, twice: in panels over all steps for the weights, row-major for this step's products. dc becomes that of the step before. */
function stepBackward(q: Sequence, s: i32): void {
  const rows = q.rows, gate = gateBytes(q), width = <usize>q.width * 4;
  const panelAll = <usize>(q.steps * rows) * 32;
  const gradientGate = <usize>(q.width >> 3) * panelAll;
  const one = f32x4.splat(1);
  for (let column: usize = 0; column < width; column += 16) {
    const offset = (column >> 5) * <usize>rows * 32 + (column & 16);
    let i = q.gates + <usize>(4 * s) * gate + offset;
    let c = q.cells + <usize>s * gate + offset, th = q.cellTanh + <usize>s * gate + offset;
    let dh = q.dh + offset, dc = q.dc + offset;
    let panels = q.dGates + (column >> 5) * panelAll + <usize>(s * rows) * 32 + (column & 16);
    let row = q.dRow + column;
    const bias = q.dBias + column;
    let sumI = v128.load(bias), sumJ = v128.load(bias + width), sumF = v128.load(bias + 2 * width), sumO = v128.load(bias + 3 * width);
    for (let r = rows; r > 0; r--) {
      const gi = v128.load(i), gj = v128.load(i + gate), gf = v128.load(i + 2 * gate), go = v128.load(i + 3 * gate);
      const tanhC = v128.load(th), dH = v128.load(dh);
      const dO = f32x4.mul(f32x4.mul(dH, tanhC), f32x4.mul(go, f32x4.sub(one, go)));
      const dC = f32x4.add(v128.load(dc), f32x4.mul(f32x4.mul(dH, go), f32x4.sub(one, f32x4.mul(tanhC, tanhC))));
      const dI = f32x4.mul(f32x4.mul(dC, gj), f32x4.mul(gi, f32x4.sub(one, gi)));
      const dJ = f32x4.mul(f32x4.mul(dC, gi), f32x4.sub(one, f32x4.mul(gj, gj)));
      const dF = f32x4.mul(f32x4.mul(dC, v128.load(c)), f32x4.mul(gf, f32x4.sub(one, gf)));
      v128.store(dc, f32x4.mul(dC, gf));
      v128.store(panels, dI);
      v128.store(panels + gradientGate, dJ);
      v128.store(panels + 2 * gradientGate, dF);
      v128.store(panels + 3 * gradientGate, dO);
      v128.store(row, dI);
      v128.store(row + width, dJ);
      v128.store(row + 2 * width, dF);
      v128.store(row + 3 * width, dO);
      sumI = f32x4.add(sumI, dI);
      sumJ = f32x4.add(sumJ, dJ);
      sumF = f32x4.add(sumF, dF);
      sumO = f32x4.add(sumO, dO);
      i += 32; c += 32; th += 32; dh += 32; dc += 32; panels += 32;
      row += q.dRowBytes;
    }
    v128.store(bias, sumI);
    v128.store(bias + width, sumJ);
    v128.store(bias + 2 * width, sumF);
    v128.store(bias + 3 * width, sumO);
  }
}
