import { expect, test } from 'vitest';
import { DatasetError } from './dataset-error';

test('reads as one sentence and carries its parts', () => {
  const parts = { where: 'labels', expected: 'a label from 0 to 9', got: '12', remedy: 'Is this the images file?' };
  const error = new DatasetError(parts);
  expect(error.message).toBe('labels: expected a label from 0 to 9, got 12. Is this the images file?');
  expect(error).toMatchObject({ ...parts, name: 'DatasetError' });
  expect(error).toBeInstanceOf(Error);
});

test('ends after what came when there is no remedy', () => {
  const error = new DatasetError({ where: 'nextBatch', expected: 'examples', got: 'none' });
  expect(error.message).toBe('nextBatch: expected examples, got none');
  expect(error.remedy).toBeUndefined();
});
