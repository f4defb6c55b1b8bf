/** Of a product: how much of a row the threads of a workgroup read together. */
const tile = 256;

/** Σ over k of `vector` times each of `weights`, which gives `sum0`, `sum1`, … */
interface Product {
  readonly length: string;
  /** Of `row` and `k`. What this workgroup wrote in an earlier phase is seen. */
  readonly vector: string;
  /** Each of `k` and `unit`. */
  readonly weights: readonly string[];
}

/** Work on each row of the workgroup and each of `width` units. All texts are WGSL; `length` and `width` are uniform. */
export interface Phase {
  readonly width: string;
  readonly product?: Product;
  /** Of `row`, `unit`, `s` (how many steps ran before), `here` (the place of the row's step in the layout of the inputs), `valid` and the sums. */
  readonly body: string;
}

export interface PhasesOptions {
  /** Rows of the batch to each workgroup. */
  readonly rows: number;
  readonly workgroupSize: number;
  /** Whether an input of that name says how many steps of each row are valid. */
  readonly lengths: boolean;
  /** Whether the steps are run from the last one to the first. */
  readonly backward: boolean;
}

/**
 * A shader that runs all steps of a sequence in one dispatch: the phases of `start`, then at each step `phases` in turn. A workgroup has some rows of the batch to
 * itself, so that its threads wait for each other between two phases and never for another workgroup. Uniforms that it reads: `steps`, `batch`,
 * `firstStep` and `endStep`, which are this dispatch's share, `reversed`, `stepStride`, `rowStride`.
 *
 * NaN goes through all functions: WGSL's exp, max and clamp may make a number of it, so they ask TensorFlow.js' `isnan`, which looks at the bits.
 */
export function phasesShader(options: PhasesOptions, start: readonly Phase[], phases: readonly Phase[]): string {
  const { rows, lengths, backward } = options;
  return `
    var<workgroup> part : array<f32, ${rows * tile}>;

    fn orNaN(value : f32, x : f32) -> f32 { return select(value, x, isnan(x)); }
    fn sigmoidOf(x : f32) -> f32 { return orNaN(1.0 / (1.0 + exp(-x)), x); }
    fn tanhOf(x : f32) -> f32 {
      let e = exp(-2.0 * abs(x));
      return orNaN(sign(x) * (1.0 - e) / (1.0 + e), x);
    }
    fn reluOf(x : f32) -> f32 { return orNaN(max(x, 0.0), x); }
    fn clipped(x : f32, limit : f32) -> f32 { return orNaN(clamp(x, -limit, limit), x); }
    fn placeOf(t : i32, row : i32) -> i32 { return t * uniforms.stepStride + row * uniforms.rowStride; }
    fn isValid(t : i32, row : i32) -> bool { return ${lengths ? 't < lengths[row]' : 'true'}; }

    fn main(index : i32) {
      let thread = i32(localIndex);
      let firstRow = i32(workgroupId.x) * ${rows};
      if (uniforms.firstStep == 0) {
        let s = 0;
        let t = 0;
        ${start.map((phase) => phaseText(options, phase)).join('')}
      }
      for (var s = uniforms.firstStep; s < uniforms.endStep; s++) {
        let fromFirst = (uniforms.reversed != 0) == ${backward};
        let t = select(uniforms.steps - 1 - s, s, fromFirst);
        ${phases.map((phase) => phaseText(options, phase)).join('')}
      }
    }
  `;
}

function phaseText(options: PhasesOptions, { width, product, body }: Phase): string {
  const { rows, workgroupSize } = options;
  const columns = product?.weights.map((_, g) => g) ?? [];
  return `
        storageBarrier();
        workgroupBarrier();
        for (var base = 0; base < ${width}; base += ${workgroupSize}) {
          let unit = base + thread;
          ${columns.map((g) => `var sums${g} = array<f32, ${rows}>();`).join(' ')}
          ${product === undefined ? '' : productText(options, width, product)}
          if (unit < ${width}) {
            for (var r = 0; r < ${rows}; r++) {
              let row = firstRow + r;
              if (row < uniforms.batch) {
                let here = placeOf(t, row);
                let valid = isValid(t, row);
                ${columns.map((g) => `let sum${g} = sums${g}[r];`).join(' ')}
                ${body}
              }
            }
          }
        }`;
}

function productText({ rows, workgroupSize }: PhasesOptions, width: string, { length, vector, weights }: Product) {
  return `
          for (var first = 0; first < ${length}; first += ${tile}) {
            workgroupBarrier();
            for (var i = thread; i < ${rows * tile}; i += ${workgroupSize}) {
              let k = first + i % ${tile};
              let row = firstRow + i / ${tile};
              if (k < ${length} && row < uniforms.batch) {
                let here = placeOf(t, row);
                part[i] = ${vector};
              }
            }
            workgroupBarrier();
            if (unit < ${width}) {
              for (var j = 0; j < min(${tile}, ${length} - first); j++) {
                let k = first + j;
                ${weights.map((weight, g) => `let w${g} = ${weight};`).join(' ')}
                for (var r = 0; r < ${rows}; r++) {
                  let v = part[r * ${tile} + j];
                  ${weights.map((_, g) => `sums${g}[r] += v * w${g};`).join(' ')}
                }
              }
            }
          }`;
}
