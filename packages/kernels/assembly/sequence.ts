// What one thread computes: `rows` rows of the batch, from `firstRow` on, over all steps, in windows of so many steps as the thread's regions
// hold. The host fills a Sequence for each thread; its fields, in this order, are those of src/wasm/sequence-record.ts.
//
// Sizes: `units` is H, `width` is H rounded up to 8: the columns in between have weights and biases of zero, and stay zero. `outputs` and
// `outputWidth` are those of h: P of a projected LSTM, H of all others.
// Row-major regions of the host: x, out, dOut, dx [T, B, …] or [B, T, …]; h0, c0, hEnd, cEnd and their gradients [B, …].
// Regions of the thread: `joined` [steps + 1][rows] holds x and then h of the step before, `rowBytes` apart, so that x · Wx and h · Wh are one
// product; the others are in panels [width / 8][rows][8] for each step and gate, where nothing else is said.

@unmanaged
export class Sequence {
  /** Which recurrence, by its place in run.ts. */
  kind: i32;
  /** The Sequence that the thread runs after this one; 0 for the last. */
  after: usize;
  rows: i32;
  firstRow: i32;
  /** Steps that are run in all, and in a window. */
  total: i32;
  window: i32;
  /** The present window's first step, and how many it has. */
  first: i32;
  steps: i32;
  /** The steps of a window whose gates' gradients are held at once, at most; the first of those now held, within the window, and how many they are. */
  span: i32;
  spanFirst: i32;
  spanSteps: i32;
  inputs: i32;
  units: i32;
  width: i32;
  outputs: i32;
  outputWidth: i32;
  rowBytes: usize;
  /** Bytes from a step of x and dx to the next, and from a row to the next; those of out and dOut. */
  xStep: usize;
  xRow: usize;
  outStep: usize;
  outRow: usize;
  /** 1: from the last step to the first. */
  reverse: i32;
  /** i32 for each row of the batch; 0 where all rows take all steps. */
  lengths: usize;
  /** Steps that all rows of the thread take. */
  shortest: i32;
  /** 1: the backward pass will follow, and needs every step's gates. */
  training: i32;
  /** 1: relu in place of tanh (rnn). */
  relu: i32;
  forgetBias: f32;
  /** Below 0: none. */
  cellClip: f32;
  projClip: f32;

  x: usize;
  h0: usize;
  c0: usize;
  out: usize;
  hEnd: usize;
  cEnd: usize;

  /** Packed weights, shared by the threads. */
  weights: usize;
  weights2: usize;
  stateWeightsT: usize;
  stateWeightsT2: usize;
  inputWeightsT: usize;
  inputWeightsT2: usize;
  bias: usize;
  bias2: usize;
  /** w_f, w_i and w_o, `width` floats each; 0 where there are none. */
  peepholes: usize;
  /** In panels [outputWidth / 8][width][8]; 0 where there is none. */
  projection: usize;
  /** In panels [width / 8][outputWidth][8]. */
  projectionT: usize;

  /** The states before each window, as in `joined` and `cells`; 0 where there is one window, or no backward pass. */
  savedH: usize;
  savedC: usize;
  joined: usize;
  gates: usize;
  gates2: usize;
  cells: usize;
  cellTanh: usize;
  reset: usize;
  /** What is projected, row-major, `width` floats a row. */
  m: usize;
  /** m · projection, where it is clipped. */
  projected: usize;

  dOut: usize;
  dhEnd: usize;
  dcEnd: usize;
  /** 0: not asked for. */
  dx: usize;
  dh0: usize;
  dc0: usize;
  dGates: usize;
  dGates2: usize;
  dRow: usize;
  dRow2: usize;
  dRowBytes: usize;
  dRowBytes2: usize;
  dh: usize;
  dc: usize;
  heldH: usize;
  heldC: usize;
  dReset: usize;
  dxRow: usize;
  dWeights: usize;
  dWeights2: usize;
  dBias: usize;
  dBias2: usize;
  /** As `peepholes`. */
  dPeepholes: usize;
  /** [width, outputWidth], row-major. */
  dProjection: usize;
  /** That of m · projection: in panels over the span, and of one step row-major, `outputWidth` floats a row. */
  dProjected: usize;
  dProjectedRow: usize;
  dM: usize;
}

/** The time of the window's s-th step. */
@inline export function timeOf(q: Sequence, s: i32): i32 {
  const step = q.first + s;
  return q.reverse ? q.total - 1 - step : step;
}

/** Whether the window's s-th step is the first of all, from a state of zeros: nothing comes of the state, and no gradient goes to it. */
@inline export function startsFromZero(q: Sequence, s: i32): bool {
  return !q.h0 && q.first + s == 0;
}

/** Whether row r of the thread takes the step at time t. */
@inline function takes(q: Sequence, r: i32, t: i32): bool {
  return !q.lengths || t < load<i32>(q.lengths + <usize>(q.firstRow + r) * 4);
}

/** Whether any row of the thread does not. */
@inline export function anyMasked(q: Sequence, t: i32): bool {
  return t >= q.shortest;
}

/** The place of the s-th step's values, `bytes` a step, in a region that holds all steps of the window for training, and one for inference. */
@inline export function atStep(q: Sequence, region: usize, s: i32, bytes: usize): usize {
  return q.training ? region + <usize>s * bytes : region;
}

/** Bytes from the beginning of panels of so many rows to the four columns that lie `column` bytes into a row. */
@inline export function inPanels(column: usize, rows: i32): usize {
  return (column >> 5) * <usize>rows * 32 + (column & 16);
}

/** Rows of the span's steps, one step after the other: as many has a panel of their gradients. */
@inline export function spanRows(q: Sequence): i32 {
  return q.spanSteps * q.rows;
}

/** Bytes from the beginning of the span's gradients to the four columns of the window's s-th step that lie `column` bytes into a row. */
@inline export function inSpan(q: Sequence, column: usize, s: i32): usize {
  return inPanels(column, spanRows(q)) + <usize>((s - q.spanFirst) * q.rows) * 32;
}

/** x and h of the s-th step in `joined`. */
@inline export function joinedRow(q: Sequence, s: i32): usize {
  return q.joined + <usize>(s * q.rows) * q.rowBytes;
}

/** The h of the s-th step's input state in `joined`. */
@inline export function stateRow(q: Sequence, s: i32): usize {
  return joinedRow(q, s) + <usize>q.inputs * 4;
}

/**
 * Zeros in the columns between `units` and the next multiple of 8 of `gates` gates. Their weights are zero, but infinity times zero is NaN, which
 * would reach every unit at the next step.
 */
export function clearPadding(q: Sequence, panels: usize, units: i32, gates: i32): void {
  const lanes = units & 7;
  if (!lanes) return;
  const panel = <usize>q.rows * 32;
  const bytes = <usize>(8 - lanes) * 4;
  for (let gate = 1; gate <= gates; gate++) {
    let at = panels + <usize>(gate * ((units + 7) >> 3) - 1) * panel + <usize>lanes * 4;
    for (let r = 0; r < q.rows; r++) {
      memory.fill(at, 0, bytes);
      at += 32;
    }
  }
}

/** Copies the window's inputs into `joined`; zeros where a row does not take the step, whatever its padding holds. */
export function loadInputs(q: Sequence): void {
  const bytes = <usize>q.inputs * 4;
  for (let s = 0; s < q.steps; s++) {
    const t = timeOf(q, s);
    let to = joinedRow(q, s);
    let from = q.x + <usize>t * q.xStep + <usize>q.firstRow * q.xRow;
    for (let r = 0; r < q.rows; r++) {
      if (takes(q, r, t)) memory.copy(to, from, bytes);
      else memory.fill(to, 0, bytes);
      to += q.rowBytes;
      from += q.xRow;
    }
  }
}

/** h `[B, P]` row-major at `from` into rows `toRow` apart, the columns up to `outputWidth` zero; all zero where `from` is 0. */
export function loadState(q: Sequence, from: usize, to: usize, toRow: usize): void {
  const bytes = <usize>q.outputs * 4;
  if (from) from += <usize>q.firstRow * bytes;
  for (let r = 0; r < q.rows; r++) {
    memory.fill(to, 0, <usize>q.outputWidth * 4);
    if (from) {
      memory.copy(to, from, bytes);
      from += bytes;
    }
    to += toRow;
  }
}

/** h in rows `fromRow` apart to `[B, P]` row-major. */
export function storeState(q: Sequence, from: usize, fromRow: usize, to: usize): void {
  const bytes = <usize>q.outputs * 4;
  to += <usize>q.firstRow * bytes;
  for (let r = 0; r < q.rows; r++) {
    memory.copy(to, from, bytes);
    to += bytes;
    from += fromRow;
  }
}

/** `[B, units]` row-major to panels; zeros where `from` is 0. */
export function loadPanels(q: Sequence, from: usize, to: usize, units: i32): void {
  memory.fill(to, 0, <usize>(((units + 7) & ~7) * q.rows) * 4);
  if (from) addToPanels(q, from + <usize>(q.firstRow * units) * 4, <usize>units * 4, to, units, -1);
}

/** Panels to `[B, units]` row-major; nothing where `to` is 0. */
export function storePanels(q: Sequence, from: usize, to: usize, units: i32): void {
  if (!to) return;
  to += <usize>(q.firstRow * units) * 4;
  for (let r = 0; r < q.rows; r++) {
    for (let u = 0; u < units; u++) {
      store<f32>(to, load<f32>(from + <usize>((u >> 3) * q.rows + r) * 32 + <usize>(u & 7) * 4));
      to += 4;
    }
  }
}

/** Adds row-major rows, `fromRow` bytes apart, to panels; only those rows that take the step at time t, or all for t = -1. */
function addToPanels(q: Sequence, from: usize, fromRow: usize, to: usize, units: i32, t: i32): void {
  const rows = q.rows, whole = units & ~7;
  for (let r = 0; r < rows; r++) {
    if (t < 0 || takes(q, r, t)) {
      let panel = to + <usize>r * 32;
      let at = from;
      for (let u = 0; u < whole; u += 8) {
        v128.store(panel, f32x4.add(v128.load(panel), v128.load(at)));
        v128.store(panel, f32x4.add(v128.load(panel, 16), v128.load(at, 16)), 16);
        panel += <usize>rows * 32;
        at += 32;
      }
      for (let u = whole; u < units; u++) {
        store<f32>(panel, load<f32>(panel) + load<f32>(at));
        panel += 4;
        at += 4;
      }
    }
    from += fromRow;
  }
}

/** Writes a row's h after the s-th step to `out`, or zeros where the row did not take it. */
export function storeOutput(q: Sequence, s: i32): void {
  const t = timeOf(q, s);
  const bytes = <usize>q.outputs * 4;
  let to = q.out + <usize>t * q.outStep + <usize>q.firstRow * q.outRow;
  let from = stateRow(q, s + 1);
  for (let r = 0; r < q.rows; r++) {
    if (takes(q, r, t)) memory.copy(to, from, bytes);
    else memory.fill(to, 0, bytes);
    to += q.outRow;
    from += q.rowBytes;
  }
}

/** Rows that do not take the s-th step keep their h. */
export function keepMaskedH(q: Sequence, s: i32): void {
  const t = timeOf(q, s);
  if (!anyMasked(q, t)) return;
  for (let r = 0; r < q.rows; r++) {
    if (takes(q, r, t)) continue;
    const offset = <usize>r * q.rowBytes;
    memory.copy(stateRow(q, s + 1) + offset, stateRow(q, s) + offset, <usize>q.outputWidth * 4);
  }
}

/** Rows that do not take the step keep what panels `from` hold. */
export function keepMaskedPanels(q: Sequence, t: i32, from: usize, to: usize, units: i32): void {
  if (!anyMasked(q, t)) return;
  const panel = <usize>q.rows * 32;
  for (let r = 0; r < q.rows; r++) {
    if (takes(q, r, t)) continue;
    let offset = <usize>r * 32;
    for (let p = 0; p < units; p += 8) {
      memory.copy(to + offset, from + offset, 32);
      offset += panel;
    }
  }
}

/** Sets a masked row's gradient aside, so that nothing flows into the step; `releaseMasked` gives it back to the step before. */
export function holdMasked(q: Sequence, t: i32, gradient: usize, held: usize, units: i32): void {
  const panel = <usize>q.rows * 32;
  for (let r = 0; r < q.rows; r++) {
    if (takes(q, r, t)) continue;
    let offset = <usize>r * 32;
    for (let p = 0; p < units; p += 8) {
      memory.copy(held + offset, gradient + offset, 32);
      memory.fill(gradient + offset, 0, 32);
      offset += panel;
    }
  }
}

export function releaseMasked(q: Sequence, t: i32, gradient: usize, held: usize, units: i32): void {
  keepMaskedPanels(q, t, held, gradient, units);
}

/** The gradient of the outputs at the s-th step joins dh. */
export function addOutputGradient(q: Sequence, t: i32): void {
  if (q.dOut) addToPanels(q, q.dOut + <usize>t * q.outStep + <usize>q.firstRow * q.outRow, q.outRow, q.dh, q.outputs, t);
}

/** A step's input gradient `[rows, inputs rounded up to 8]` to dx; zero for rows that did not take it, as their gates' gradients were zero. */
export function storeInputGradient(q: Sequence, t: i32, rowBytes: usize): void {
  const bytes = <usize>q.inputs * 4;
  let to = q.dx + <usize>t * q.xStep + <usize>q.firstRow * q.xRow;
  let from = q.dxRow;
  for (let r = 0; r < q.rows; r++) {
    memory.copy(to, from, bytes);
    to += q.xRow;
    from += rowBytes;
  }
}
