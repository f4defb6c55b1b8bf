import type { Recurrence, ShaderOptions } from './recurrence';
import { gradientOfH, hSections, intoH, oldH, startOfGradients, startOfH } from './state';

/**
 * The LSTM, with gates i, j, f, o in `projected` and `kernel [P, 4H]`, `peepholes [3H]` of i, f, o, and `projection [H, P]`.
 *
 * Kept at each step: the old c and h, the gates after their activations, what goes into a projection, and what a projection gives before it is clipped.
 */
export const lstm: Recurrence = {
  gates: 4,
  hasCell: true,
  weights: {
    kernel: { of: 'oldH', to: 'dGates' },
    peepholes: { to: 'dPeepholes' },
    projection: { of: 'm', to: 'dProjected' },
  },

  forward(options) {
    const { training, initialState, projection, projClip } = options;
    const h = projClip ? 'clipped(sum0, uniforms.projClip)' : 'sum0';
    const mAt = `mAt(${training ? 'here' : 'row'}`;
    return {
      sections: {
        ...hSections(options),
        c: { each: 'row', units: 1 },
        ...(projection && { m: { each: training ? 'step' : 'row', units: 1 } }),
        ...(training && { oldC: { each: 'step', units: 1 }, gates: { each: 'step', units: 4 } }),
        ...(training && projection && projClip && { unclipped: { each: 'step', outputs: 1 } }),
      },
      start: [
        startOfH(options),
        {
          width: 'uniforms.units',
          body: `result[cAt(row, unit)] = ${initialState ? 'initialC[row * uniforms.units + unit]' : '0.0'};`,
        },
      ],
      phases: [
        {
          width: 'uniforms.units',
          product: { length: 'uniforms.outputs', vector: oldH('k'), weights: columns(4, 'kernel') },
          body: projection
            ? `var m = 0.0;
               if (valid) { ${cellStep(options)} }
               ${training ? '' : 'if (valid)'} { result[${mAt}, unit)] = m; }`
            : intoH(options, `var m = 0.0; ${cellStep(options)} newH = m;`),
        },
        ...(projection
          ? [
              {
                width: 'uniforms.outputs',
                product: {
                  ...{ length: 'uniforms.units', vector: `result[${mAt}, k)]` },
                  weights: ['projection[k * uniforms.outputs + unit]'],
                },
                body: `
                  ${training && projClip ? 'result[unclippedAt(here, unit)] = sum0;' : ''}
                  ${intoH(options, `newH = ${h};`)}`,
              },
            ]
          : []),
      ],
    };
  },

  backward(options) {
    const { peepholes, projection, projClip } = options;
    return {
      sections: {
        dGates: { each: 'step', units: 4 },
        dH: { each: 'row', outputs: 1 },
        dC: { each: 'row', units: 1 },
        ...(peepholes && { dPeepholes: { each: 'step', units: 3 } }),
        ...(projection && { dProjected: { each: 'step', outputs: 1 } }),
      },
      start: startOfGradients(true),
      phases: [
        ...(projection
          ? [
              {
                width: 'uniforms.outputs',
                body: `
                  let passes = valid ${projClip ? '&& abs(kept[unclippedAt(here, unit)]) <= uniforms.projClip' : ''};
                  result[dProjectedAt(here, unit)] = select(0.0, ${gradientOfH(options)}, passes);`,
              },
            ]
          : []),
        {
          width: 'uniforms.units',
          ...(projection && {
            product: {
              ...{ length: 'uniforms.outputs', vector: 'result[dProjectedAt(here, k)]' },
              weights: ['projection[k * uniforms.units + unit]'],
            },
          }),
          body: cellGradient(options, projection ? 'sum0' : gradientOfH(options)),
        },
        {
          width: 'uniforms.outputs',
          product: {
            ...{ length: '4 * uniforms.units', vector: 'result[dGatesAt(here, k)]' },
            weights: ['kernel[k * uniforms.outputs + unit]'],
          },
          body: 'if (valid) { result[dHAt(row, unit)] = sum0; }',
        },
      ],
    };
  },
};

/** WGSL of k and unit: each gate's weight. */
const columns = (gates: number, kernel: string): string[] =>
  Array.from({ length: gates }, (_, g) => `${kernel}[(k * ${gates} + ${g}) * uniforms.units + unit]`);

const peep = ({ peepholes }: ShaderOptions, k: number, c: string): string =>
  peepholes ? `+ ${c} * peepholes[${k} * uniforms.units + unit]` : '';

/** Sets `m`, the output before a projection, and the new c. */
function cellStep(options: ShaderOptions): string {
  const { training, cellClip } = options;
  const c = 'oldC * f + i * j';
  return `
    let oldC = result[cAt(row, unit)];
    let x = here * 4 * uniforms.units + unit;
    let i = sigmoidOf(projected[x] + sum0 ${peep(options, 0, 'oldC')});
    let j = tanhOf(projected[x + uniforms.units] + sum1);
    let f = sigmoidOf(projected[x + 2 * uniforms.units] + sum2 + uniforms.forgetBias ${peep(options, 1, 'oldC')});
    let c = ${cellClip ? `clipped(${c}, uniforms.cellClip)` : c};
    let o = sigmoidOf(projected[x + 3 * uniforms.units] + sum3 ${peep(options, 2, 'c')});
    m = o * tanhOf(c);
    result[cAt(row, unit)] = c;
    ${
      training
        ? `
    result[oldCAt(here, unit)] = oldC;
    result[gatesAt(here, unit)] = i;
    result[gatesAt(here, unit + uniforms.units)] = j;
    result[gatesAt(here, unit + 2 * uniforms.units)] = f;
    result[gatesAt(here, unit + 3 * uniforms.units)] = o;`
        : ''
    }`;
}

/** From the gradient of m to those of the gates, the peepholes and the old c. */
function cellGradient({ peepholes, cellClip }: ShaderOptions, dM: string): string {
  /** What a gate's gradient gives to that of c. */
  const peephole = (k: number, dGate: string): string =>
    peepholes ? ` + ${dGate} * peepholes[${k} * uniforms.units + unit]` : '';
  return `
    var dI = 0.0; var dJ = 0.0; var dF = 0.0; var dO = 0.0;
    ${peepholes ? 'var ofI = 0.0; var ofF = 0.0; var ofO = 0.0;' : ''}
    if (valid) {
      let dM = ${dM};
      let oldC = kept[oldCAt(here, unit)];
      let i = kept[gatesAt(here, unit)];
      let j = kept[gatesAt(here, unit + uniforms.units)];
      let f = kept[gatesAt(here, unit + 2 * uniforms.units)];
      let o = kept[gatesAt(here, unit + 3 * uniforms.units)];
      let unclippedC = oldC * f + i * j;
      let c = ${cellClip ? 'clipped(unclippedC, uniforms.cellClip)' : 'unclippedC'};
      let tanhC = tanhOf(c);
      dO = dM * tanhC * o * (1.0 - o);
      var dC = result[dCAt(row, unit)] + dM * o * (1.0 - tanhC * tanhC)${peephole(2, 'dO')};
      ${cellClip ? 'if (!(abs(unclippedC) <= uniforms.cellClip)) { dC = 0.0; }' : ''}
      dI = dC * j * i * (1.0 - i);
      dJ = dC * i * (1.0 - j * j);
      dF = dC * oldC * f * (1.0 - f);
      ${peepholes ? 'ofI = dI * oldC; ofF = dF * oldC; ofO = dO * c;' : ''}
      result[dCAt(row, unit)] = dC * f${peephole(0, 'dI')}${peephole(1, 'dF')};
    }
    result[dGatesAt(here, unit)] = dI;
    result[dGatesAt(here, unit + uniforms.units)] = dJ;
    result[dGatesAt(here, unit + 2 * uniforms.units)] = dF;
    result[dGatesAt(here, unit + 3 * uniforms.units)] = dO;
    ${
      peepholes
        ? `
    result[dPeepholesAt(here, unit)] = ofI;
    result[dPeepholesAt(here, unit + uniforms.units)] = ofF;
    result[dPeepholesAt(here, unit + 2 * uniforms.units)] = ofO;`
        : ''
    }`;
}
