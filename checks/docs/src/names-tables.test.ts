import { expect, it } from 'vitest';
import { namesRows } from './names-tables';

it('the tables with a column "here" are read row by row, other tables and text are not', () => {
  const page = `
| runner | gives |
|---|---|
| \`here\` | one tensor |

Text on \`dynamicRnn\`.

| TensorFlow 1 | here | what differs |
|---|---|---|
| \`raw_rnn\`, \`Recurrent\` | \`rawRnn\` | no \`scope\` |
| \`hardmax\` | — | |

| here | what it is |
|---|---|
| \`explain\`, \`stream\` | of \`unroll\` |
`;
  expect(namesRows(page)).toEqual([
    { head: 'TensorFlow 1', theirs: ['raw_rnn', 'Recurrent'], ours: ['rawRnn'], differs: ' no `scope` ' },
    { head: 'TensorFlow 1', theirs: ['hardmax'], ours: [], differs: ' ' },
    { head: 'here', theirs: ['explain', 'stream'], ours: ['explain', 'stream'], differs: ' of `unroll` ' },
  ]);
});
