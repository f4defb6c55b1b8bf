import type { Recurrence, ShaderOptions } from './recurrence';
import { gradientOfH, hSections, intoH, oldH, startOfGradients, startOfH } from './state';

const place = ({ training }: ShaderOptions): string => (training ? 'here' : 'row');

/**
 * The GRU that resets before the candidate's product: gates r, u in `kernel [H, 2H]`, the candidate's `kernel2 [H, H]`; `projected` has r, u and the candidate.
 *
 * Kept at each step: the old h, r ⊙ h, r, u and the candidate n.
 */
export const gru: Recurrence = {
  gates: 3,
  hasCell: false,
  weights: {
    kernel: { of: 'oldH', to: 'dGates', columns: [0, 2] },
    kernel2: { of: 'rh', to: 'dGates', columns: [2, 1] },
  },

  forward(options) {
    const at = place(options);
    const each = options.training ? 'step' : 'row';
    return {
      sections: {
        ...hSections(options),
        ...{ rh: { each, units: 1 }, r: { each, units: 1 }, u: { each, units: 1 } },
        ...(options.training && { n: { each, units: 1 } }),
      },
      start: [startOfH(options)],
      phases: [
        {
          width: 'uniforms.units',
          product: {
            ...{ length: 'uniforms.units', vector: oldH('k') },
            weights: [0, 1].map((g) => `kernel[(k * 2 + ${g}) * uniforms.units + unit]`),
          },
          body: `
            let x = here * 3 * uniforms.units + unit;
            let r = select(0.0, sigmoidOf(projected[x] + sum0), valid);
            result[rAt(${at}, unit)] = r;
            result[rhAt(${at}, unit)] = select(0.0, r * ${oldH('unit')}, valid);
            result[uAt(${at}, unit)] = sigmoidOf(projected[x + uniforms.units] + sum1);`,
        },
        {
          width: 'uniforms.units',
          product: {
            ...{ length: 'uniforms.units', vector: `result[rhAt(${at}, k)]` },
            weights: ['kernel2[k * uniforms.units + unit]'],
          },
          body: intoH(
            options,
            `let u = result[uAt(${at}, unit)];
             let n = tanhOf(projected[(here * 3 + 2) * uniforms.units + unit] + sum0);
             newH = u * old + (1.0 - u) * n;
             ${options.training ? 'result[nAt(here, unit)] = n;' : ''}`,
          ),
        },
      ],
    };
  },

  backward(options) {
    return {
      sections: { dGates: { each: 'step', units: 3 }, dH: { each: 'row', outputs: 1 } },
      start: startOfGradients(false),
      phases: [
        {
          width: 'uniforms.units',
          body: `
            var dU = 0.0; var dN = 0.0;
            if (valid) {
              let d = ${gradientOfH(options)};
              let u = kept[uAt(here, unit)];
              let n = kept[nAt(here, unit)];
              dU = d * (kept[oldHAt(here, unit)] - n) * u * (1.0 - u);
              dN = d * (1.0 - u) * (1.0 - n * n);
              result[dHAt(row, unit)] = d * u;
            }
            result[dGatesAt(here, unit)] = 0.0;
            result[dGatesAt(here, unit + uniforms.units)] = dU;
            result[dGatesAt(here, unit + 2 * uniforms.units)] = dN;`,
        },
        {
          width: 'uniforms.units',
          product: {
            ...{ length: 'uniforms.units', vector: 'result[dGatesAt(here, k + 2 * uniforms.units)]' },
            weights: ['kernel2[k * uniforms.units + unit]'],
          },
          body: `
            if (valid) {
              let r = kept[rAt(here, unit)];
              result[dGatesAt(here, unit)] = sum0 * kept[oldHAt(here, unit)] * r * (1.0 - r);
              result[dHAt(row, unit)] += sum0 * r;
            }`,
        },
        {
          width: 'uniforms.units',
          product: {
            ...{ length: '2 * uniforms.units', vector: 'result[dGatesAt(here, k)]' },
            weights: ['kernel[k * uniforms.units + unit]'],
          },
          body: 'if (valid) { result[dHAt(row, unit)] += sum0; }',
        },
      ],
    };
  },
};
