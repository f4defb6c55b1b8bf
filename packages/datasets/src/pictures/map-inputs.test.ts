import { expect, test } from 'vitest';
import { mapInputs } from './map-inputs';

test('inputs are changed, whatever else a batch holds is not', () => {
  const batch = { size: 2, inputs: Float32Array.of(1, 2), targets: Int32Array.of(3, 4), lengths: Int32Array.of(1, 0) };
  const twice = mapInputs([batch], () => (inputs) => inputs.map((value) => 2 * value));
  for (let time = 0; time < 2; time++) expect([...twice]).toEqual([{ ...batch, inputs: Float32Array.of(2, 4) }]);
});
