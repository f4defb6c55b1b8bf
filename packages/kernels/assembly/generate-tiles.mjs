// Writes tiles.ts: the inner loops of the matrix products, written out, since AssemblyScript has no arrays of v128 locals. One k an iteration
// and the loop's test at its top: V8 11 spills registers when k is unrolled, and loses half its speed on a test at the bottom.
import { writeFileSync } from 'node:fs';

/** How many rows a tile may have; a tile is that many rows by 8 columns, two v128. */
const rowCounts = [1, 2, 3, 4, 5, 6];

/** `rowTile`: A is row-major, a row apart in `lda` bytes. `columnTile`: A is the transpose of a row-major matrix, whose rows are `lda` apart. */
function tile(kind, rows) {
  const each = (line) => Array.from({ length: rows }, (_, r) => line(r)).join('');
  const pointer = (r) => (r === 0 ? 'a' : `a${r}`);
  const source = (r) => (kind === 'rowTile' ? pointer(r) : `a, ${r * 4}`);
  const store = (value) =>
    each((r) => `    v128.store(c, ${value(r, 0)});\n    v128.store(c, ${value(r, 1)}, 16);\n    c += ldc;\n`);
  return `
export function ${kind}${rows}(a: usize, lda: usize, b: usize, c: usize, ldc: usize, k: i32, add: bool): void {
${each((r) => `  let s${r} = f32x4.splat(0), t${r} = f32x4.splat(0);\n`)}${
  kind === 'rowTile' ? each((r) => (r === 0 ? '' : `  let a${r} = a + ${r} * lda;\n`)) : ''
}  for (const end = b + <usize>k * 32; b < end; ) {
    const b0 = v128.load(b), b1 = v128.load(b, 16);
${each((r) => `    { const v = v128.load_splat<f32>(${source(r)}); s${r} = fma(v, b0, s${r}); t${r} = fma(v, b1, t${r}); }\n`)}    b += 32;
${kind === 'rowTile' ? each((r) => `    ${pointer(r)} += 4;\n`) : '    a += lda;\n'}  }
  if (add) {
${store((r, v) => `f32x4.add(${v ? 't' : 's'}${r}, v128.load(c${v ? ', 16' : ''}))`)}  } else {
${store((r, v) => `${v ? 't' : 's'}${r}`)}  }
}
`;
}

/** Calls the tile of `rows` rows. */
function dispatch(kind) {
  const call = (rows) => `${kind}${rows}(a, lda, b, c, ldc, k, add)`;
  const [first, ...others] = [...rowCounts].reverse();
  return `
export function ${kind}(rows: i32, a: usize, lda: usize, b: usize, c: usize, ldc: usize, k: i32, add: bool): void {
  if (rows == ${first}) ${call(first)};
${others.map((rows) => `  else if (rows == ${rows}) ${call(rows)};\n`).join('')}}
`;
}

const tiles = ['rowTile', 'columnTile'].flatMap((kind) => [
  ...rowCounts.map((rows) => tile(kind, rows)),
  dispatch(kind),
]);
writeFileSync(
  new URL('tiles.ts', import.meta.url),
  `// Written by generate-tiles.mjs.\nimport { fma } from './fma';\n${tiles.join('')}`,
);
