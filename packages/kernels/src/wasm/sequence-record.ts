/** The fields of `Sequence` in assembly/sequence.ts, four bytes each, in its order. */
const fields = [
  'kind',
  'after',
  'rows',
  'firstRow',
  'total',
  'window',
  'first',
  'steps',
  'span',
  'spanFirst',
  'spanSteps',
  'inputs',
  'units',
  'width',
  'outputs',
  'outputWidth',
  'rowBytes',
  'xStep',
  'xRow',
  'outStep',
  'outRow',
  'reverse',
  'lengths',
  'shortest',
  'training',
  'relu',
  'forgetBias',
  'cellClip',
  'projClip',
  'x',
  'h0',
  'c0',
  'out',
  'hEnd',
  'cEnd',
  'weights',
  'weights2',
  'stateWeightsT',
  'stateWeightsT2',
  'inputWeightsT',
  'inputWeightsT2',
  'bias',
  'bias2',
  'peepholes',
  'projection',
  'projectionT',
  'savedH',
  'savedC',
  'joined',
  'gates',
  'gates2',
  'cells',
  'cellTanh',
  'reset',
  'm',
  'projected',
  'dOut',
  'dhEnd',
  'dcEnd',
  'dx',
  'dh0',
  'dc0',
  'dGates',
  'dGates2',
  'dRow',
  'dRow2',
  'dRowBytes',
  'dRowBytes2',
  'dh',
  'dc',
  'heldH',
  'heldC',
  'dReset',
  'dxRow',
  'dWeights',
  'dWeights2',
  'dBias',
  'dBias2',
  'dPeepholes',
  'dProjection',
  'dProjected',
  'dProjectedRow',
  'dM',
] as const;

export type Field = (typeof fields)[number];
/** The fields that are f32; all others are i32. */
const floatFields: ReadonlySet<string> = new Set<Field>(['forgetBias', 'cellClip', 'projClip']);
const places = Object.fromEntries(fields.map((name, place) => [name, place])) as Record<Field, number>;
export type SequenceRecord = Partial<Record<Field, number>>;

/** Bytes of a Sequence in the engine's memory. */
export const sequenceBytes = fields.length * 4;

/** Makes a Sequence at `address`; a field that no record has is 0. */
export function makeSequence(floats: Float32Array, address: number, records: readonly SequenceRecord[]): void {
  floats.fill(0, address / 4, address / 4 + fields.length);
  writeSequence(floats, address, records);
}

/** Writes to the Sequence at `address`; a field that no record has keeps what is there. Records as they are: joining them takes longer than this. */
export function writeSequence(floats: Float32Array, address: number, records: readonly SequenceRecord[]): void {
  const words = new Int32Array(floats.buffer, address, fields.length);
  for (const record of records) {
    for (const name in record) {
      const at = places[name as Field];
      const value = record[name as Field] as number;
      if (floatFields.has(name)) floats[address / 4 + at] = value;
      else words[at] = value;
    }
  }
}
