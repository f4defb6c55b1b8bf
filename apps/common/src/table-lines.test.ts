import { expect, it } from 'vitest';
import { tableLines } from './table-lines';

it('names stand to the left, values to the right, and a row may be short', () => {
  expect(
    tableLines({
      columns: ['run', 's', 'MiB'],
      rows: [
        ['static', '12.5', '1,024'],
        ['dynamic', '7'],
        ['é', '1', '2'],
      ],
    }),
  ).toEqual(['run         s    MiB', 'static   12.5  1,024', 'dynamic     7', 'é           1      2']);
});
