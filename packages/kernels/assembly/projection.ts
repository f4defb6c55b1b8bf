// The projection of an LSTM: h' = clip(m · projection).
import { clipped, throughClip } from './clip';
import { multiply, multiplyTransposed } from './products';
import { clearPadding, inPanels, inSpan, Sequence, spanRows, stateRow } from './sequence';

/** h after the s-th step from its m; before it is clipped it is kept in panels at `projected`. */
export function project(q: Sequence, s: i32, m: usize, projected: usize): void {
  const rowBytes = <usize>q.width * 4, panelB = <usize>q.width * 32, panels = q.outputWidth >> 3;
  const h = stateRow(q, s + 1);
  if (q.projClip < 0) {
    multiply(m, rowBytes, q.projection, panelB, h, 32, q.rowBytes, q.rows, panels, q.width, false);
  } else {
    multiply(m, rowBytes, q.projection, panelB, projected, <usize>q.rows * 32, 32, q.rows, panels, q.width, false);
    clipInto(q, projected, h);
  }
}

/** Panels at `projected`, clipped, into rows of `joined`. */
function clipInto(q: Sequence, projected: usize, h: usize): void {
  const limit = f32x4.splat(q.projClip);
  for (let column: usize = 0; column < <usize>q.outputWidth * 4; column += 16) {
    let from = projected + inPanels(column, q.rows);
    let to = h + column;
    for (let r = q.rows; r > 0; r--) {
      v128.store(to, clipped(v128.load(from), limit));
      from += 32;
      to += q.rowBytes;
    }
  }
}

/** m's gradient at the s-th step from that of h, which is kept, as it was before the clip, for `projectionGradient`. */
export function projectBackward(q: Sequence, s: i32): void {
  const rows = q.rows, rowBytes = <usize>q.outputWidth * 4, panel = <usize>rows * 32;
  const projected = q.projected + <usize>(s * rows) * rowBytes;
  const clips = q.projClip >= 0, limit = f32x4.splat(q.projClip);
  for (let column: usize = 0; column < rowBytes; column += 16) {
    const offset = inPanels(column, rows);
    const dh = q.dh + offset;
    if (clips) clipBackward(dh, projected + offset, rows, limit);
    let panels = q.dProjected + inSpan(q, column, s);
    let row = q.dProjectedRow + column;
    for (let at = dh, end = dh + panel; at < end; at += 32) {
      const gradient = v128.load(at);
      v128.store(panels, gradient);
      v128.store(row, gradient);
      panels += 32;
      row += rowBytes;
    }
  }
  multiply(q.dProjectedRow, rowBytes, q.projectionT, rowBytes * 8, q.dM, panel, 32, rows, q.width >> 3, q.outputWidth, false);
  clearPadding(q, q.dM, q.units, 1);
}

/** A gradient, for 4 columns of panels, becomes that of `x`, which was clipped. */
function clipBackward(gradient: usize, x: usize, rows: i32, limit: v128): void {
  for (const end = gradient + <usize>rows * 32; gradient < end; gradient += 32) {
    v128.store(gradient, throughClip(v128.load(gradient), v128.load(x), limit));
    x += 32;
  }
}

/** The weights' gradient, from what the span's steps have kept. */
export function projectionGradient(q: Sequence, add: bool): void {
  const k = spanRows(q);
  const rowBytes = <usize>q.width * 4;
  multiplyTransposed(
    q.m + <usize>(q.spanFirst * q.rows) * rowBytes, rowBytes, q.dProjected, <usize>k * 32, q.dProjection, <usize>q.outputWidth * 4, q.width, q.outputWidth >> 3, k, add,
  );
}
