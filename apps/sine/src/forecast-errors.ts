/** How far a forecast is off after some steps. */
export interface ForecastError {
  readonly steps: number;
  /** At the last of them. */
  readonly predicted: number;
  readonly sine: number;
  /** The square root of the mean squared difference of all of them. */
  readonly rms: number;
}

/** Of a forecast and the true values, after 1, 10, 100, … steps and after all. */
export function forecastErrors(predicted: ArrayLike<number>, sine: ArrayLike<number>): ForecastError[] {
  const errors: ForecastError[] = [];
  let squares = 0;
  for (let i = 0; i < predicted.length; i++) {
    const [value, real] = [predicted[i] as number, sine[i] as number];
    squares += (value - real) ** 2;
    const steps = i + 1;
    if (steps === predicted.length || Number.isInteger(Math.log10(steps)))
      errors.push({ steps, predicted: value, sine: real, rms: Math.sqrt(squares / steps) });
  }
  return errors;
}
