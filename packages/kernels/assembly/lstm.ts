// The LSTM: i, j, f, o = split([x, h] · kernel + bias);  c' = clip(c σ(f + forgetBias + w_f c) + σ(i + w_i c) tanh(j));
// m = σ(o + w_o c') tanh(c');  h' = m, or clip(m · projection). Without peepholes, projection and clips their loops are passed over.
import { clipped, throughClip } from './clip';
import { flushed, leastGradient } from './flush';
import { fma } from './fma';
import { backwardPass, cellOf, forwardPass, joinedGradient } from './pass';
import { addPeephole, peepholeBackward } from './peepholes';
import { multiply } from './products';
import { project, projectBackward, projectionGradient } from './projection';
import { atStep, clearPadding, inPanels, inSpan, joinedRow, Sequence, spanRows, startsFromZero, stateRow, storeInputGradient, timeOf } from './sequence';
import { sigmoidPanel, tanhPanel } from './sigmoid-tanh';

/** Bytes of one gate, or of c, of one step. */
@inline function gateBytes(q: Sequence): usize {
  return <usize>(q.width * q.rows) * 4;
}

export function lstmForward(q: Sequence): void {
  forwardPass(q, step);
}

export function lstmBackward(q: Sequence): void {
  backwardPass(q, step, stepBackward, weightGradients);
}

function step(q: Sequence, s: i32): void {
  const gate = gateBytes(q), panel = <usize>q.rows * 32;
  const gates = atStep(q, q.gates, s, 4 * gate), cellTanh = atStep(q, q.cellTanh, s, gate), m = atStep(q, q.m, s, gate);
  const k = q.inputs + q.outputWidth;
  multiply(
    joinedRow(q, s), q.rowBytes, q.weights, <usize>k * 32, gates, panel, 32, q.rows, q.width >> 1, startsFromZero(q, s) ? q.inputs : k, false,
  );
  clearPadding(q, gates, q.units, 4);
  if (q.projection) {
    pointwise(q, gates, cellOf(q, s), cellOf(q, s + 1), cellTanh, m, <usize>q.width * 4);
    project(q, s, m, atStep(q, q.projected, s, <usize>(q.outputWidth * q.rows) * 4));
  } else {
    pointwise(q, gates, cellOf(q, s), cellOf(q, s + 1), cellTanh, stateRow(q, s + 1), q.rowBytes);
  }
}

/**
 * Gates from their sums, in place; the new c, and m in rows `mRowBytes` apart. Panel by panel, so that what one loop leaves the next finds in the
 * first-level cache.
 */
function pointwise(q: Sequence, gates: usize, c: usize, next: usize, cellTanh: usize, m: usize, mRowBytes: usize): void {
  const rows = q.rows, gate = gateBytes(q), width = <usize>q.width * 4, panel = <usize>rows * 32;
  const forgetBias = f32x4.splat(q.forgetBias), zero = f32x4.splat(0);
  for (let column: usize = 0, offset: usize = 0; column < width; column += 32, offset += panel) {
    const i = gates + offset, j = i + gate, f = j + gate, o = f + gate;
    const old = c + offset, to = next + offset, th = cellTanh + offset;
    const bias = q.bias + column, weights = q.peepholes + column;
    if (q.peepholes) {
      addPeephole(f, old, rows, weights);
      addPeephole(i, old, rows, weights + width);
    }
    sigmoidPanel(i, rows, v128.load(bias), v128.load(bias, 16));
    tanhPanel(j, j, rows, v128.load(bias + width), v128.load(bias + width, 16));
    const ofF = bias + 2 * width, ofO = bias + 3 * width;
    sigmoidPanel(f, rows, f32x4.add(forgetBias, v128.load(ofF)), f32x4.add(forgetBias, v128.load(ofF, 16)));
    for (let at: usize = 0; at < panel; at += 32) {
      const value = newCell(i + at, gate, old + at), value2 = newCell(i + at + 16, gate, old + at + 16);
      v128.store(to + at, value);
      v128.store(to + at, value2, 16);
    }
    if (q.cellClip >= 0) clipCell(to, rows, f32x4.splat(q.cellClip));
    if (q.peepholes) addPeephole(o, to, rows, weights + 2 * width);
    sigmoidPanel(o, rows, v128.load(ofO), v128.load(ofO, 16));
    tanhPanel(to, th, rows, zero, zero);
    let row = m + column;
    for (let at: usize = 0; at < panel; at += 32) {
      const value = f32x4.mul(v128.load(o + at), v128.load(th + at));
      const value2 = f32x4.mul(v128.load(o + at, 16), v128.load(th + at, 16));
      v128.store(row, value);
      v128.store(row, value2, 16);
      row += mRowBytes;
    }
  }
}

/** c' before it is clipped, from the gates, `gate` bytes apart, and c. */
@inline function newCell(i: usize, gate: usize, c: usize): v128 {
  return fma(v128.load(i), v128.load(i + gate), f32x4.mul(v128.load(i + 2 * gate), v128.load(c)));
}

function clipCell(c: usize, rows: i32, limit: v128): void {
  for (const end = c + <usize>rows * 32; c < end; c += 16) v128.store(c, clipped(v128.load(c), limit));
}

function stepBackward(q: Sequence, s: i32): void {
  const panel = <usize>q.rows * 32, panelB = <usize>q.width * 128;
  const inputPanels = (q.inputs + 7) >> 3;
  if (q.projection) projectBackward(q, s);
  pointwiseBackward(q, s, q.projection ? q.dM : q.dh);
  if (!startsFromZero(q, s)) {
    multiply(q.dRow, q.dRowBytes, q.stateWeightsT, panelB, q.dh, panel, 32, q.rows, q.outputWidth >> 3, 4 * q.width, false);
    clearPadding(q, q.dh, q.outputs, 1);
  }
  if (q.dx) {
    const rowBytes = <usize>inputPanels * 32;
    multiply(q.dRow, q.dRowBytes, q.inputWeightsT, panelB, q.dxRow, 32, rowBytes, q.rows, inputPanels, 4 * q.width, false);
    storeInputGradient(q, timeOf(q, s), rowBytes);
  }
}

function weightGradients(q: Sequence, add: bool): void {
  joinedGradient(q, q.dGates, q.dWeights, q.width >> 1, add);
  if (q.projection) projectionGradient(q, add);
}

/**
 * The gates' gradients from dm, twice: in panels over the span for the weights, row-major for this step's products. dc becomes that of the step
 * before.
 */
function pointwiseBackward(q: Sequence, s: i32, dm: usize): void {
  const rows = q.rows, gate = gateBytes(q), width = <usize>q.width * 4;
  const gradientGate = <usize>(q.width >> 3) * <usize>spanRows(q) * 32;
  const plain = !q.peepholes && q.cellClip < 0;
  for (let column: usize = 0; column < width; column += 16) {
    const offset = inPanels(column, rows);
    const gates = q.gates + <usize>(4 * s) * gate + offset;
    const c = q.cells + <usize>s * gate + offset, th = q.cellTanh + <usize>s * gate + offset;
    const dc = q.dc + offset;
    const panels = q.dGates + inSpan(q, column, s);
    if (plain) {
      gatesBackward(q, column, gates, c, th, dm + offset, dc, panels, true, true);
      continue;
    }
    // o saw c' when it was clipped: its share joins dc before the clip lets it through or not.
    const weights = q.peepholes + column, dWeights = q.dPeepholes + column;
    gatesBackward(q, column, gates, c, th, dm + offset, dc, panels, true, false);
    if (q.peepholes) peepholeBackward(panels + 3 * gradientGate, c + gate, dc, rows, v128.load(weights + 2 * width), dWeights + 2 * width);
    if (q.cellClip >= 0) clipCellBackward(dc, gates, gate, c, rows, f32x4.splat(q.cellClip));
    gatesBackward(q, column, gates, c, th, dm + offset, dc, panels, false, true);
    if (q.peepholes) {
      peepholeBackward(panels + 2 * gradientGate, c, dc, rows, v128.load(weights), dWeights);
      peepholeBackward(panels, c, dc, rows, v128.load(weights + width), dWeights + width);
    }
  }
}

/**
 * The gradients of 4 columns: with `output` that of o, and dm's share of the new dc; with `cell` those of i, j and f, and the old dc. Inlined with
 * constants, so that the plain LSTM has both in one loop.
 */
@inline function gatesBackward(
  q: Sequence, column: usize, i: usize, c: usize, th: usize, dm: usize, dc: usize, panels: usize, output: bool, cell: bool,
): void {
  const gate = gateBytes(q), width = <usize>q.width * 4;
  const gradientGate = <usize>(q.width >> 3) * <usize>spanRows(q) * 32;
  const one = f32x4.splat(1), least = leastGradient();
  const bias = q.dBias + column;
  let row = q.dRow + column;
  let sumI = v128.load(bias), sumJ = v128.load(bias + width), sumF = v128.load(bias + 2 * width), sumO = v128.load(bias + 3 * width);
  for (let r = q.rows; r > 0; r--) {
    let dC = v128.load(dc);
    if (output) {
      const go = v128.load(i + 3 * gate), tanhC = v128.load(th), dM = flushed(v128.load(dm), least);
      const dO = f32x4.mul(f32x4.mul(dM, tanhC), f32x4.mul(go, f32x4.sub(one, go)));
      dC = f32x4.add(dC, f32x4.mul(f32x4.mul(dM, go), f32x4.sub(one, f32x4.mul(tanhC, tanhC))));
      v128.store(panels + 3 * gradientGate, dO);
      v128.store(row + 3 * width, dO);
      sumO = f32x4.add(sumO, dO);
    }
    if (cell) {
      const gi = v128.load(i), gj = v128.load(i + gate), gf = v128.load(i + 2 * gate);
      const dI = f32x4.mul(f32x4.mul(dC, gj), f32x4.mul(gi, f32x4.sub(one, gi)));
      const dJ = f32x4.mul(f32x4.mul(dC, gi), f32x4.sub(one, f32x4.mul(gj, gj)));
      const dF = f32x4.mul(f32x4.mul(dC, v128.load(c)), f32x4.mul(gf, f32x4.sub(one, gf)));
      dC = flushed(f32x4.mul(dC, gf), least);
      v128.store(panels, dI);
      v128.store(panels + gradientGate, dJ);
      v128.store(panels + 2 * gradientGate, dF);
      v128.store(row, dI);
      v128.store(row + width, dJ);
      v128.store(row + 2 * width, dF);
      sumI = f32x4.add(sumI, dI);
      sumJ = f32x4.add(sumJ, dJ);
      sumF = f32x4.add(sumF, dF);
    }
    v128.store(dc, dC);
    i += 32; c += 32; th += 32; dm += 32; dc += 32; panels += 32;
    row += q.dRowBytes;
  }
  if (cell) {
    v128.store(bias, sumI);
    v128.store(bias + width, sumJ);
    v128.store(bias + 2 * width, sumF);
  }
  if (output) v128.store(bias + 3 * width, sumO);
}

/** The new c's gradient becomes that of c' before it was clipped, which the gates tell again. */
function clipCellBackward(dc: usize, gates: usize, gate: usize, c: usize, rows: i32, limit: v128): void {
  for (const end = dc + <usize>rows * 32; dc < end; dc += 32) {
    v128.store(dc, throughClip(v128.load(dc), newCell(gates, gate, c), limit));
    gates += 32;
    c += 32;
  }
}
