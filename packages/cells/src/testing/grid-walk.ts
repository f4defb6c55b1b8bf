import { clipped, type Row, sigmoid } from './float64';

export interface GridWalkOptions {
  shareTimeFrequencyWeights?: boolean;
  cellClip?: number;
  numUnitShards?: number;
  forgetBias?: number;
  coupleInputForgetGates?: boolean;
}

export interface Pair {
  c: Row;
  m: Row;
}

/**
 * A grid LSTM's walk over the windows of block `b`, number by number: at each window the new pairs of both LSTMs. Peepholes act where their
 * weights, of `weights` below `scope`, are given.
 */
export function gridWalk(
  windows: readonly Row[],
  states: readonly Pair[],
  weights: Readonly<Record<string, Row>>,
  { scope, b }: { scope: string; b: number },
  options: GridWalkOptions,
): { time: Pair; freq: Pair }[] {
  const { shareTimeFrequencyWeights: isShared, coupleInputForgetGates: isCoupled, forgetBias = 1, cellClip } = options;
  const H = (states[0] as Pair).c.length;
  const width = (isCoupled ? 3 : 4) * H;
  const at = (name: string, n: number): number => {
    const value = weights[`${scope}${name}`]?.[n];
    if (value === undefined) throw new Error(`gridWalk: ${scope}${name} has no number ${n}`);
    return value;
  };
  const kernelOf = (letter: string): number[] =>
    Array.from(
      { length: options.numUnitShards ?? 1 },
      (_, k) => weights[`${scope}W_${letter}_${b}_${k}`] as Row,
    ).flat();
  const kernels = { f: kernelOf('f'), t: kernelOf(isShared ? 'f' : 't') };
  /** Of unit n: what gate `g`, counted among i, j, (f,) o, gets from the joined inputs. */
  const linear = (joined: Row, axis: 'f' | 't', g: number, n: number): number => {
    let total = at(`B_${isShared ? 'f' : axis}_${b}`, g * H + n);
    for (const [r, value] of joined.entries()) total += value * (kernels[axis][r * width + g * H + n] as number);
    return total;
  };
  const peep = (letter: 'F' | 'I' | 'O', axis: 'f' | 't', n: number, freq: number, time: number): number => {
    const name = `W_${letter}_diag_${axis === 'f' || isShared ? 'freq' : 'time'}`;
    if (weights[`${scope}${name}f_${b}`] === undefined) return 0;
    return at(`${name}f_${b}`, n) * freq + at(`${name}t_${b}`, n) * time;
  };
  const units = Array.from({ length: H }, (_, n) => n);
  const results: { time: Pair; freq: Pair }[] = [];
  let low: Pair = { c: units.map(() => 0), m: units.map(() => 0) };
  for (const [k, window] of windows.entries()) {
    const old = states[k] as Pair;
    const joined = [...window, ...old.m, ...low.m];
    const cellOf = (axis: 'f' | 't') =>
      units.map((n) => {
        const [cFreq, cTime] = [low.c[n] as number, old.c[n] as number];
        const write = sigmoid(linear(joined, axis, 0, n) + peep('I', axis, n, cFreq, cTime));
        const keep = isCoupled
          ? 1 - write
          : sigmoid(linear(joined, axis, 2, n) + forgetBias + peep('F', axis, n, cFreq, cTime));
        const kept = keep * (axis === 'f' ? cFreq : cTime);
        return clipped(kept + write * Math.tanh(linear(joined, axis, 1, n)), cellClip);
      });
    const [cFreq, cTime] = [cellOf('f'), cellOf('t')] as const;
    const outputOf = (axis: 'f' | 't') =>
      units.map((n) => {
        const [f, t] = [cFreq[n] as number, cTime[n] as number];
        const open = sigmoid(linear(joined, axis, isCoupled ? 2 : 3, n) + peep('O', axis, n, f, t));
        return open * Math.tanh(axis === 'f' ? f : t);
      });
    low = { c: cFreq, m: outputOf('f') };
    results.push({ time: { c: cTime, m: outputOf('t') }, freq: low });
  }
  return results;
}
