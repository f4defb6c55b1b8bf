/** How one type of number lies in a file. */
interface NumberType {
  readonly bytes: number;
  read(view: DataView, at: number, littleEndian: boolean): number;
}

export type NumberTypeName = 'uint8' | 'int8' | 'int16' | 'int32' | 'float32' | 'float64';

export const numberTypes: Readonly<Record<NumberTypeName, NumberType>> = {
  uint8: { bytes: 1, read: (view, at) => view.getUint8(at) },
  int8: { bytes: 1, read: (view, at) => view.getInt8(at) },
  int16: { bytes: 2, read: (view, at, littleEndian) => view.getInt16(at, littleEndian) },
  int32: { bytes: 4, read: (view, at, littleEndian) => view.getInt32(at, littleEndian) },
  float32: { bytes: 4, read: (view, at, littleEndian) => view.getFloat32(at, littleEndian) },
  float64: { bytes: 8, read: (view, at, littleEndian) => view.getFloat64(at, littleEndian) },
};
