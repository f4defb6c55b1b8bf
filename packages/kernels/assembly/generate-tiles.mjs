// Writes tiles.ts: the inner loops of the matrix products, written out, since AssemblyScript has no arrays of v128 locals. One k an iteration
// and the loop's test at its top: V8 11 spills registers when k is unrolled, and loses half its speed on a test at the bottom. Both halves of
// a panel are loaded before either is stored: only then may V8 make one 256-bit instruction of the two.
import { writeFileSync } from 'node:fs';

/** How many rows a tile may have; a tile is that many rows by one panel of 8 columns, two v128, or by two panels; a row or two by four, a row by eight. */
const rowCounts = [1, 2, 3, 4, 5, 6];

const arguments_ = ['a', 'lda', 'b', 'panelB', 'c', 'panelC', 'ldc', 'k', 'add'];
const parameters = arguments_.map((name) => `${name}: ${{ k: 'i32', add: 'bool' }[name] ?? 'usize'}`).join(', ');

/** `rowTile`: A is row-major, a row apart in `lda` bytes. `columnTile`: A is the transpose of a row-major matrix, whose rows are `lda` apart. */
function tile(kind, rowCount, panelCount) {
  const rows = Array.from({ length: rowCount }, (_, r) => r);
  const panels = Array.from({ length: panelCount }, (_, p) => p);
  const each = (list, line) => list.map(line).join('');
  const cells = (line) => each(rows, (r) => each(panels, (p) => line(r, p)));
  const numbered = (name, index) => (index === 0 ? name : `${name}${index}`);
  const pointers = (name, list, stride) =>
    each(list.slice(1), (i) => `  let ${name}${i} = ${name} + ${i} * ${stride};\n`);
  const source = (r) => (kind === 'rowTile' ? numbered('a', r) : `a, ${r * 4}`);
  const at = (r, p) => `const at = ${numbered('c', p)} + ${r} * ldc;`;
  const product = (r, p) => ` s${r}${p} = fma(v, x${p}, s${r}${p}); t${r}${p} = fma(v, y${p}, t${r}${p});`;
  return `
export function ${kind}${rowCount}x${panelCount}(${parameters}): void {
${cells((r, p) => `  let s${r}${p} = f32x4.splat(0), t${r}${p} = f32x4.splat(0);\n`)}${
  kind === 'rowTile' ? pointers('a', rows, 'lda') : ''
}${pointers('b', panels, 'panelB')}${pointers('c', panels, 'panelC')}  for (const end = b + <usize>k * 32; b < end; ) {
${each(panels, (p) => `    const x${p} = v128.load(${numbered('b', p)}), y${p} = v128.load(${numbered('b', p)}, 16);\n`)}${each(
  rows,
  (r) => `    { const v = v128.load_splat<f32>(${source(r)});${each(panels, (p) => product(r, p))} }\n`,
)}${each(panels, (p) => `    ${numbered('b', p)} += 32;\n`)}${
  kind === 'rowTile' ? each(rows, (r) => `    ${numbered('a', r)} += 4;\n`) : '    a += lda;\n'
}  }
  if (add) {
${cells(
  (r, p) =>
    `    { ${at(r, p)} const u = v128.load(at), w = v128.load(at, 16); v128.store(at, f32x4.add(s${r}${p}, u)); v128.store(at, f32x4.add(t${r}${p}, w), 16); }\n`,
)}  } else {
${cells((r, p) => `    { ${at(r, p)} v128.store(at, s${r}${p}); v128.store(at, t${r}${p}, 16); }\n`)}  }
}
`;
}

/** Calls the tile of `rows` rows and so many panels. */
function dispatch(kind, rowCounts, panelCount) {
  const call = (rows) => `${kind}${rows}x${panelCount}(${arguments_.join(', ')})`;
  const [first, ...others] = [...rowCounts].reverse();
  return `
export function ${kind}x${panelCount}(rows: i32, ${parameters}): void {
  if (rows == ${first}) ${call(first)};
${others.map((rows) => `  else if (rows == ${rows}) ${call(rows)};\n`).join('')}}
`;
}

const family = (kind, rowCounts, panels) => [
  ...rowCounts.map((rows) => tile(kind, rows, panels)),
  dispatch(kind, rowCounts, panels),
];
const tiles = [
  ...['rowTile', 'columnTile'].flatMap((kind) => [1, 2].flatMap((panels) => family(kind, rowCounts, panels))),
  ...family('rowTile', [1, 2], 4),
  ...family('rowTile', [1], 8),
];
writeFileSync(
  new URL('tiles.ts', import.meta.url),
  `// Written by generate-tiles.mjs.\nimport { fma } from './fma';\n${tiles.join('')}`,
);
