import { escapeXml } from './escape-xml';
import { paper } from './picture-style';

export interface ReportTable {
  readonly caption: string;
  readonly columns: readonly string[];
  /** A cell each column; the first says what the row is. */
  readonly rows: readonly (readonly string[])[];
}

export interface ReportPicture {
  readonly caption: string;
  /** As the functions that draw give it, with its description. */
  readonly svg: string;
}

export interface HtmlReport {
  readonly title: string;
  /** What was run, as a person would type it. */
  readonly command: string;
  /** What was run, on which machine, when: a name and a value each. */
  readonly facts: readonly (readonly [name: string, value: string])[];
  readonly tables: readonly ReportTable[];
  readonly pictures: readonly ReportPicture[];
  readonly versions: Readonly<Record<string, string>>;
  /** What `--json` writes; the page has it as a file to save. */
  readonly report: unknown;
}

/**
 * One page that stands alone: style and pictures are in it, it has no scripts, and its policy forbids it to fetch anything. It is light or dark as
 * the reader's system is; on a narrow screen pictures and tables scroll within the page. Everything that is handed in is escaped, but `svg`, which is
 * taken as it is.
 */
export function htmlReport({ title, command, facts, tables, pictures, versions, report }: HtmlReport): string {
  const json = Buffer.from(`${JSON.stringify(report, null, 2)}\n`).toString('base64');
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<link rel="icon" href="data:,">
<title>${escapeXml(title)}</title>
<style>${style}</style>
</head>
<body>
<main>
<header>
<h1>${escapeXml(title)}</h1>
<pre><code>${escapeXml(command)}</code></pre>
${definitions(facts)}
</header>
${tables.map(tableOf).join('\n')}
${pictures.map(figure).join('\n')}
<footer>
<h2>Versions</h2>
${definitions(Object.entries(versions))}
<p><a download="report.json" href="data:application/json;base64,${json}">Save the numbers as JSON</a></p>
</footer>
</main>
</body>
</html>
`;
}

function definitions(entries: readonly (readonly [name: string, value: string])[]): string {
  const rows = entries.map(([name, value]) => `<div><dt>${escapeXml(name)}</dt><dd>${escapeXml(value)}</dd></div>`);
  return `<dl>${rows.join('')}</dl>`;
}

function tableOf({ caption, columns, rows }: ReportTable): string {
  const head = columns.map((column) => `<th scope="col">${escapeXml(column)}</th>`).join('');
  const body = rows.map(([name = '', ...cells]) => {
    const values = cells.map((cell) => `<td>${escapeXml(cell)}</td>`).join('');
    return `<tr><th scope="row">${escapeXml(name)}</th>${values}</tr>`;
  });
  const said = escapeXml(caption);
  // A reader without a mouse can scroll what has the focus.
  return `<div class="wide" role="region" aria-label="${said}" tabindex="0"><table><caption>${said}</caption><thead><tr>${head}</tr></thead><tbody>
${body.join('\n')}
</tbody></table></div>`;
}

function figure({ caption, svg }: ReportPicture, index: number): string {
  const said = escapeXml(caption);
  const picture = withOwnIds(svg, `picture-${index}-`);
  return `<figure><div class="wide" role="region" aria-label="${said}" tabindex="0">${picture}</div><figcaption>${said}</figcaption></figure>`;
}

/** Gradients of several pictures have the same ids, and in one page the first of a name would serve all. */
function withOwnIds(svg: string, prefix: string): string {
  return svg.replace(/( id="|url\(#|href="#)/g, `$1${prefix}`);
}

const style = `
:root { color-scheme: light dark; --paper: ${paper.background}; --ink: ${paper.color}; --faint: #5b6673; --line: #d5dae0; --wash: #f3f5f7; --link: #1c62a0; }
@media (prefers-color-scheme: dark) {
  :root { --paper: #14181d; --ink: #e4e8ec; --faint: #9aa5b1; --line: #39414b; --wash: #1e242b; --link: #7db8ee; }
}
* { box-sizing: border-box; }
body { margin: 0; background: var(--paper); color: var(--ink); font: 16px/1.5 'Open Sans', system-ui, sans-serif; }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; overflow-wrap: anywhere; }
h1 { font-size: 1.6rem; line-height: 1.25; margin: 0 0 1rem; }
h2 { font-size: 1.1rem; margin: 2.5rem 0 0.5rem; }
pre { margin: 0 0 1rem; padding: 0.6rem 0.8rem; background: var(--wash); border-radius: 6px; white-space: pre-wrap; }
dl { margin: 0; }
dl div { display: flex; flex-wrap: wrap; gap: 0 1rem; padding: 0.2rem 0; border-bottom: 1px solid var(--line); }
dt { flex: 0 0 9rem; color: var(--faint); }
dd { flex: 1 1 14rem; margin: 0; }
footer dt { flex-basis: 16rem; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; min-width: 100%; margin: 2rem 0 0; overflow-wrap: normal; font-variant-numeric: tabular-nums; }
caption { text-align: left; font-weight: 600; padding-bottom: 0.4rem; }
th, td { padding: 0.3rem 0.7rem; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap; }
td:nth-child(2):last-child { white-space: normal; }
th:first-child { text-align: left; padding-left: 0; }
thead th { color: var(--faint); font-weight: 600; }
tbody th { font-weight: 400; }
figure { margin: 2.5rem 0 0; break-inside: avoid; }
figure svg { display: block; max-width: max(100%, 40rem); height: auto; }
figcaption { color: var(--faint); margin-top: 0.4rem; }
a { color: var(--link); }
@media print {
  :root { --paper: #fff; --ink: #000; --faint: #444; --line: #bbb; --wash: #f3f5f7; --link: #000; }
  .wide { overflow: visible; }
  figure svg { max-width: 100%; }
  th, td { padding: 0.15rem 0.4rem; }
}
`;
