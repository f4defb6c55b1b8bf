/** Predicts from windows `[N, T, 1]`, row-major, the value after each, as `Trainer.predict` does. */
export type Predict = (windows: Float32Array) => Promise<Float32Array>;

/**
 * Predicts `steps` values after a window, each from as many values as it has, the own predictions among them: the first from the window, the second
 * without its first value and with the first prediction, and so on. A model that learnt from windows starts each from a zero state, so no state is kept.
 */
export async function forecast(predict: Predict, window: ArrayLike<number>, steps: number): Promise<Float32Array> {
  const { length } = window;
  const curve = new Float32Array(length + steps);
  curve.set(window);
  for (let step = 0; step < steps; step++) curve.set(await predict(curve.slice(step, step + length)), step + length);
  return curve.slice(length);
}
