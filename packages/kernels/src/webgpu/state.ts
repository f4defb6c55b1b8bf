import type { Phase } from './phases';
import type { Section, ShaderOptions } from './recurrence';

/** What the shaders of all recurrences say of h: it is read at `oldH`, its new value goes to the other place, and to the outputs. */

/** WGSL of row and k: the old h. */
export const oldH = (k: string): string => `result[hAt(row + (s % 2) * uniforms.batch, ${k})]`;

export const hSections = ({ returnSequences, training }: ShaderOptions): Record<string, Section> => ({
  ...(returnSequences && { outputs: { each: 'step', outputs: 1 } }),
  h: { each: 'rowTwice', outputs: 1 },
  ...(training && { oldH: { each: 'step', outputs: 1 } }),
});

export const startOfH = ({ initialState }: ShaderOptions): Phase => ({
  width: 'uniforms.outputs',
  body: `result[hAt(row, unit)] = ${initialState ? 'initialH[row * uniforms.outputs + unit]' : '0.0'};`,
});

/** Runs `step` where the row has this step, which sets `newH`, and otherwise keeps the state and gives zeros. */
export function intoH({ returnSequences, training }: ShaderOptions, step: string, otherwise = ''): string {
  return `
    let old = ${oldH('unit')};
    var newH = old;
    if (valid) { ${step} } else { ${otherwise} }
    result[hAt(row + ((s + 1) % 2) * uniforms.batch, unit)] = newH;
    ${returnSequences ? 'result[outputsAt(here, unit)] = select(0.0, newH, valid);' : ''}
    ${training ? 'result[oldHAt(here, unit)] = select(0.0, old, valid);' : ''}
  `;
}

export const startOfGradients = (hasCell: boolean): Phase[] => [
  { width: 'uniforms.outputs', body: 'result[dHAt(row, unit)] = dStates[row * uniforms.outputs + unit];' },
  ...(hasCell
    ? [
        {
          width: 'uniforms.units',
          body: 'result[dCAt(row, unit)] = dStates[uniforms.batch * uniforms.outputs + row * uniforms.units + unit];',
        },
      ]
    : []),
];

/** WGSL of row, here and unit: the gradient of a step's h. */
export const gradientOfH = ({ returnSequences }: ShaderOptions): string =>
  `result[dHAt(row, unit)]${returnSequences ? ' + dOutputs[here * uniforms.outputs + unit]' : ''}`;
