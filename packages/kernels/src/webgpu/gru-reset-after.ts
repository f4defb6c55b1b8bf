import type { Recurrence } from './recurrence';
import { gradientOfH, hSections, intoH, oldH, startOfGradients, startOfH } from './state';

/**
 * The GRU that resets after the candidate's product: r, u and the candidate in `kernel [H, 3H]` and in `projected`; `hiddenBias [H]` is added to the candidate's
 * product before the reset.
 *
 * Kept at each step: the old h, r, u, the candidate n and what r resets.
 */
export const gruResetAfter: Recurrence = {
  gates: 3,
  hasCell: false,
  weights: {
    kernel: { of: 'oldH', to: 'dHidden' },
    hiddenBias: { to: 'dHidden', columns: [2, 1] },
  },

  forward(options) {
    return {
      sections: { ...hSections(options), ...(options.training && { gates: { each: 'step', units: 4 } }) },
      start: [startOfH(options)],
      phases: [
        {
          width: 'uniforms.units',
          product: {
            ...{ length: 'uniforms.units', vector: oldH('k') },
            weights: [0, 1, 2].map((g) => `kernel[(k * 3 + ${g}) * uniforms.units + unit]`),
          },
          body: intoH(
            options,
            `let x = here * 3 * uniforms.units + unit;
             let r = sigmoidOf(projected[x] + sum0);
             let u = sigmoidOf(projected[x + uniforms.units] + sum1);
             let q = sum2 + hiddenBias[unit];
             let n = tanhOf(projected[x + 2 * uniforms.units] + r * q);
             newH = u * old + (1.0 - u) * n;
             ${
               options.training
                 ? `
             result[gatesAt(here, unit)] = r;
             result[gatesAt(here, unit + uniforms.units)] = u;
             result[gatesAt(here, unit + 2 * uniforms.units)] = n;
             result[gatesAt(here, unit + 3 * uniforms.units)] = q;`
                 : ''
             }`,
          ),
        },
      ],
    };
  },

  backward(options) {
    return {
      sections: {
        dGates: { each: 'step', units: 3 },
        dHidden: { each: 'step', units: 3 },
        dH: { each: 'row', outputs: 1 },
      },
      start: startOfGradients(false),
      phases: [
        {
          width: 'uniforms.units',
          body: `
            var dR = 0.0; var dU = 0.0; var dN = 0.0; var dQ = 0.0;
            if (valid) {
              let d = ${gradientOfH(options)};
              let r = kept[gatesAt(here, unit)];
              let u = kept[gatesAt(here, unit + uniforms.units)];
              let n = kept[gatesAt(here, unit + 2 * uniforms.units)];
              dU = d * (kept[oldHAt(here, unit)] - n) * u * (1.0 - u);
              dN = d * (1.0 - u) * (1.0 - n * n);
              dQ = dN * r;
              dR = dN * kept[gatesAt(here, unit + 3 * uniforms.units)] * r * (1.0 - r);
              result[dHAt(row, unit)] = d * u;
            }
            result[dGatesAt(here, unit)] = dR;
            result[dGatesAt(here, unit + uniforms.units)] = dU;
            result[dGatesAt(here, unit + 2 * uniforms.units)] = dN;
            result[dHiddenAt(here, unit)] = dR;
            result[dHiddenAt(here, unit + uniforms.units)] = dU;
            result[dHiddenAt(here, unit + 2 * uniforms.units)] = dQ;`,
        },
        {
          width: 'uniforms.units',
          product: {
            ...{ length: '3 * uniforms.units', vector: 'result[dHiddenAt(here, k)]' },
            weights: ['kernel[k * uniforms.units + unit]'],
          },
          body: 'if (valid) { result[dHAt(row, unit)] += sum0; }',
        },
      ],
    };
  },
};
