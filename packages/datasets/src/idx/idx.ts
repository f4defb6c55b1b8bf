/** The array type of each IDX element type. */
export interface IdxArrays {
  readonly ubyte: Uint8Array;
  readonly byte: Int8Array;
  readonly short: Int16Array;
  readonly int: Int32Array;
  readonly float: Float32Array;
  readonly double: Float64Array;
}

export type IdxType = keyof IdxArrays;

/** What an IDX file holds: `data` is row-major `[...shape]`, in this machine's byte order. */
export type Idx = {
  [Type in IdxType]: { readonly type: Type; readonly shape: readonly number[]; readonly data: IdxArrays[Type] };
}[IdxType];
