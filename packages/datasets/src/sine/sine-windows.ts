import { checkWhole } from '../check-whole';
import { valuesColumn } from '../columns/values-column';
import { Dataset, type DatasetOptions } from '../dataset';
import { DatasetError } from '../dataset-error';
import { linspace } from './linspace';

export interface SineWindowsOptions extends DatasetOptions {
  /** The angles at both ends, in radians; both are sampled. */
  readonly start: number;
  readonly stop: number;
  /** How many points of the curve are sampled; they give `samples - windowSize` windows. */
  readonly samples: number;
  /** How many values predict the next. Default: 10. */
  readonly windowSize?: number;
}

/**
 * Windows over `sin(linspace(start, stop, samples))`: values i to i + windowSize - 1 are the inputs `[windowSize, 1]`, value
 * i + windowSize the target `[1]`. Computed in float64, stored in float32.
 */
export function sineWindows({ start, stop, samples, windowSize = 10, seed }: SineWindowsOptions): Dataset {
  checkWhole('sineWindows', 'windowSize', windowSize, 1);
  if (!Number.isSafeInteger(samples) || samples <= windowSize) {
    const expected = `samples to be a whole number greater than the window's ${windowSize}`;
    throw new DatasetError({ where: 'sineWindows', expected, got: `${samples}` });
  }
  const curve = Float32Array.from(linspace(start, stop, samples), Math.sin);
  const inputs = new Float32Array((samples - windowSize) * windowSize);
  for (let i = 0; i < samples - windowSize; i++) inputs.set(curve.subarray(i, i + windowSize), i * windowSize);
  return new Dataset(valuesColumn(inputs, [windowSize, 1]), valuesColumn(curve.slice(windowSize), [1]), { seed });
}
