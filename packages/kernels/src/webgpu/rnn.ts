import type { Recurrence } from './recurrence';
import { gradientOfH, hSections, intoH, oldH, startOfGradients, startOfH } from './state';

/** The basic recurrence with `kernel [H, H]`, tanh or relu. Kept at each step: the old h and the new one. */
export const rnn: Recurrence = {
  gates: 1,
  hasCell: false,
  weights: { kernel: { of: 'oldH', to: 'dGates' } },

  forward(options) {
    const sum = 'projected[here * uniforms.units + unit] + sum0';
    return {
      sections: { ...hSections(options), ...(options.training && { newH: { each: 'step', units: 1 } }) },
      start: [startOfH(options)],
      phases: [
        {
          width: 'uniforms.units',
          product: {
            ...{ length: 'uniforms.units', vector: oldH('k') },
            weights: ['kernel[k * uniforms.units + unit]'],
          },
          body: intoH(
            options,
            `newH = ${options.relu ? 'reluOf' : 'tanhOf'}(${sum});
             ${options.training ? 'result[newHAt(here, unit)] = newH;' : ''}`,
          ),
        },
      ],
    };
  },

  backward(options) {
    return {
      sections: { dGates: { each: 'step', units: 1 }, dH: { each: 'row', outputs: 1 } },
      start: startOfGradients(false),
      phases: [
        {
          width: 'uniforms.units',
          body: `
            var d = 0.0;
            if (valid) {
              let h = kept[newHAt(here, unit)];
              d = (${gradientOfH(options)}) * ${options.relu ? 'orNaN(select(0.0, 1.0, h > 0.0), h)' : '(1.0 - h * h)'};
            }
            result[dGatesAt(here, unit)] = d;`,
        },
        {
          width: 'uniforms.units',
          product: {
            ...{ length: 'uniforms.units', vector: 'result[dGatesAt(here, k)]' },
            weights: ['kernel[k * uniforms.units + unit]'],
          },
          body: 'if (valid) { result[dHAt(row, unit)] = sum0; }',
        },
      ],
    };
  },
};
