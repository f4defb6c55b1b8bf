// The loops over the steps of a sequence, which all recurrences share. A sequence is run in windows; where there are several and a backward pass
// will follow, the state before each is saved, and the backward pass runs a window forward once more. The backward pass goes through a window in
// spans: the gradients of a span's gates are few enough to stay in the second-level cache until the weights' gradients are made of them.
import { multiplyTransposed } from './products';
import {
  addOutputGradient, anyMasked, holdMasked, joinedRow, keepMaskedH, keepMaskedPanels, loadInputs, loadPanels, loadState, releaseMasked, Sequence,
  spanRows, startsFromZero, stateRow, storeOutput, storePanels, storeState, timeOf,
} from './sequence';

/** Forward or backward through the window's s-th step. */
type Step = (q: Sequence, s: i32) => void;

/** Bytes of the c of one step. */
@inline function cellBytes(q: Sequence): usize {
  return <usize>(q.width * q.rows) * 4;
}

/** The c before the window's s-th step: of every step for training, of two for inference. */
export function cellOf(q: Sequence, s: i32): usize {
  return q.cells + <usize>(q.training ? s : s & 1) * cellBytes(q);
}

function enter(q: Sequence, first: i32): void {
  q.first = first;
  q.steps = min(q.window, q.total - first);
}

export function forwardPass(q: Sequence, step: Step): void {
  enter(q, 0);
  loadState(q, q.h0, stateRow(q, 0), q.rowBytes);
  if (q.cells) loadPanels(q, q.c0, q.cells, q.units);
  while (true) {
    if (q.savedH) saveState(q);
    forwardWindow(q, step);
    const next = q.first + q.steps;
    if (next >= q.total) break;
    copyRows(q, stateRow(q, q.steps), q.rowBytes, stateRow(q, 0), q.rowBytes);
    if (q.cells) memory.copy(q.cells, cellOf(q, q.steps), cellBytes(q));
    enter(q, next);
  }
  storeState(q, stateRow(q, q.steps), q.rowBytes, q.hEnd);
  if (q.cells) storePanels(q, cellOf(q, q.steps), q.cEnd, q.units);
}

function forwardWindow(q: Sequence, step: Step): void {
  loadInputs(q);
  for (let s = 0; s < q.steps; s++) {
    step(q, s);
    keepMaskedH(q, s);
    if (q.cells) keepMaskedPanels(q, timeOf(q, s), cellOf(q, s), cellOf(q, s + 1), q.units);
    if (q.out) storeOutput(q, s);
  }
}

/** Adds the span's share to the weights' gradients, or begins them with it. */
type WeightGradients = (q: Sequence, add: bool) => void;

export function backwardPass(q: Sequence, step: Step, stepBackward: Step, weightGradients: WeightGradients): void {
  loadPanels(q, q.dhEnd, q.dh, q.outputs);
  if (q.cells) loadPanels(q, q.dcEnd, q.dc, q.units);
  // The forward pass has left the last window as it is needed.
  backwardWindow(q, stepBackward, weightGradients, false);
  while (q.first > 0) {
    enter(q, q.first - q.window);
    restoreState(q);
    forwardWindow(q, step);
    backwardWindow(q, stepBackward, weightGradients, true);
  }
  storePanels(q, q.dh, q.dh0, q.outputs);
  if (q.cells) storePanels(q, q.dc, q.dc0, q.units);
}

function backwardWindow(q: Sequence, stepBackward: Step, weightGradients: WeightGradients, add: bool): void {
  let end = q.steps;
  do {
    q.spanFirst = max(0, end - q.span);
    q.spanSteps = end - q.spanFirst;
    for (let s = end - 1; s >= q.spanFirst; s--) backwardStep(q, s, stepBackward);
    weightGradients(q, add || end < q.steps);
    end = q.spanFirst;
  } while (end > 0);
}

function backwardStep(q: Sequence, s: i32, stepBackward: Step): void {
  const t = timeOf(q, s);
  const masked = anyMasked(q, t);
  addOutputGradient(q, t);
  if (masked) {
    holdMasked(q, t, q.dh, q.heldH, q.outputs);
    if (q.cells) holdMasked(q, t, q.dc, q.heldC, q.units);
  }
  stepBackward(q, s);
  if (masked) {
    releaseMasked(q, t, q.dh, q.heldH, q.outputs);
    if (q.cells) releaseMasked(q, t, q.dc, q.heldC, q.units);
  }
}

/** The gradient of weights that multiply x and h together, from that of their product in panels. */
export function joinedGradient(q: Sequence, dProduct: usize, to: usize, panels: i32, add: bool): void {
  const k = spanRows(q), panelBytes = <usize>k * 32, row = <usize>panels * 32;
  const first = joinedRow(q, q.spanFirst);
  if (!startsFromZero(q, q.spanFirst)) {
    multiplyTransposed(first, q.rowBytes, dProduct, panelBytes, to, row, q.inputs + q.outputWidth, panels, k, add);
    return;
  }
  // The first h is zero and adds nothing.
  multiplyTransposed(first, q.rowBytes, dProduct, panelBytes, to, row, q.inputs, panels, k, add);
  stateGradient(q, dProduct, to + <usize>q.inputs * row, panels, add);
}

/** Likewise of those that multiply h alone. */
export function stateGradient(q: Sequence, dProduct: usize, to: usize, panels: i32, add: bool): void {
  const panelBytes = <usize>spanRows(q) * 32;
  const from = startsFromZero(q, q.spanFirst) ? 1 : 0;
  multiplyTransposed(
    stateRow(q, q.spanFirst + from), q.rowBytes, dProduct + <usize>(from * q.rows) * 32, panelBytes, to, <usize>panels * 32, q.outputWidth, panels,
    max(0, q.spanSteps - from) * q.rows, add,
  );
}

function saveState(q: Sequence): void {
  const window = <usize>(q.first / q.window), row = <usize>q.outputWidth * 4;
  copyRows(q, stateRow(q, 0), q.rowBytes, q.savedH + window * <usize>q.rows * row, row);
  if (q.cells) memory.copy(q.savedC + window * cellBytes(q), q.cells, cellBytes(q));
}

function restoreState(q: Sequence): void {
  const window = <usize>(q.first / q.window), row = <usize>q.outputWidth * 4;
  copyRows(q, q.savedH + window * <usize>q.rows * row, row, stateRow(q, 0), q.rowBytes);
  if (q.cells) memory.copy(q.cells, q.savedC + window * cellBytes(q), cellBytes(q));
}

/** Rows of h, which lie so many bytes apart. */
function copyRows(q: Sequence, from: usize, fromRow: usize, to: usize, toRow: usize): void {
  for (let r = 0; r < q.rows; r++) {
    memory.copy(to, from, <usize>q.outputWidth * 4);
    from += fromRow;
    to += toRow;
  }
}
