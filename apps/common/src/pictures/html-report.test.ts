import { expect, it } from 'vitest';
import { htmlReport } from './html-report';

const evil = '</script><script>alert("1")</script> & <b onclick=\'x\'>';
const shown = '&lt;/script&gt;&lt;script&gt;alert(&quot;1&quot;)&lt;/script&gt; &amp; &lt;b onclick=&#39;x&#39;&gt;';
const report = { title: 'a run', command: 'pnpm mnist', facts: [], tables: [], pictures: [], versions: {}, report: {} };

it('holds the command, every fact, the tables with their headings, the captions and the versions', () => {
  const html = htmlReport({
    ...report,
    facts: [['kernel', 'lstmSequence on wasm']],
    tables: [{ caption: 'Results', columns: ['workload', 'accuracy'], rows: [['rows-static-lstm', '97.10 %']] }],
    pictures: [{ caption: 'Loss', svg: '<svg role="img" aria-label="a loss"></svg>' }],
    versions: { node: '20.19.0' },
  });
  for (const part of [
    '<title>a run</title>',
    '<h1>a run</h1>',
    '<code>pnpm mnist</code>',
    '<dt>kernel</dt><dd>lstmSequence on wasm</dd>',
    '<caption>Results</caption>',
    '<th scope="col">workload</th><th scope="col">accuracy</th>',
    '<th scope="row">rows-static-lstm</th><td>97.10 %</td>',
    '<svg role="img" aria-label="a loss"></svg>',
    '<figcaption>Loss</figcaption>',
    '<dt>node</dt><dd>20.19.0</dd>',
  ]) {
    expect(html).toContain(part);
  }
});

it('escapes whatever it is handed', () => {
  const html = htmlReport({
    ...{ title: evil, command: evil, facts: [[evil, evil]], versions: { [evil]: evil }, report: { evil } },
    tables: [{ caption: evil, columns: [evil], rows: [[evil, evil]] }],
    pictures: [{ caption: evil, svg: '<svg></svg>' }],
  });
  expect(html).not.toContain('<script');
  expect(html).not.toContain('<b ');
  // Title and heading; the command; name and value twice; the table twice as caption, once as heading, twice in cells; the picture's caption twice.
  expect(html.split(shown)).toHaveLength(2 + 1 + 4 + 5 + 2 + 1);
});

it('holds the report as a file to save, letters of every language too', () => {
  const facts = { workload: 'größe ✓', loss: [{ step: 10, value: 2.125 }] };
  const [, data] = /download="report.json" href="data:application\/json;base64,([^"]+)"/.exec(
    htmlReport({ ...report, report: facts }),
  ) as unknown as [string, string];
  expect(JSON.parse(Buffer.from(data, 'base64').toString('utf8'))).toEqual(facts);
});

it('pictures with gradients of the same name keep their own', () => {
  const svg = '<svg><defs><linearGradient id="gradient_0"/></defs><path fill="url(#gradient_0)"/></svg>';
  const html = htmlReport({ ...report, pictures: [1, 2].map((n) => ({ caption: `${n}`, svg })) });
  const ids = Array.from(html.matchAll(/ id="([^"]+)"/g), ([, id]) => id);
  const used = Array.from(html.matchAll(/url\(#([^)]+)\)/g), ([, id]) => id);
  expect(ids).toHaveLength(2);
  expect(new Set(ids).size).toBe(2);
  expect(used).toEqual(ids);
});
