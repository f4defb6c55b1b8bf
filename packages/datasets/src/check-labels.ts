import { DatasetError } from './dataset-error';

/** Throws a `DatasetError` unless `labels` is a way to give classes out. */
export function checkLabels(where: string, labels: 'one-hot' | 'integer'): void {
  if (labels === 'one-hot' || labels === 'integer') return;
  throw new DatasetError({ where, expected: "labels to be 'one-hot' or 'integer'", got: `${labels}` });
}
