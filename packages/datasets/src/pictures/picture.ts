/** Where one picture of a batch lies: `values[begin + y * width + x]`. */
export interface Picture {
  readonly values: Float32Array;
  readonly begin: number;
  readonly height: number;
  readonly width: number;
}
