import { expect, it } from 'vitest';
import { markdownTable } from './markdown-table';

it('pads its columns, words flush left and figures flush right; a short row ends in empty cells', () => {
  const rows = [['LSTM', '@rnn', '10.5'], ['', 'tf.layers', '1000'], ['GRU']];
  expect(markdownTable(['what', 'who', 'ms'], rows, ['who'])).toBe(
    [
      '| what | who       |   ms |',
      '| ---- | --------- | ---: |',
      '| LSTM | @rnn      | 10.5 |',
      '|      | tf.layers | 1000 |',
      '| GRU  |           |      |',
    ].join('\n'),
  );
});
