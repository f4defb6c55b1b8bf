import { type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { Blocks } from './blocks';
import { engine } from './engine';
import { makeTensor, viewTensor, writeTensor } from './host-data';
import { type UpdateFunctions, updatesInPlace } from './update-functions';

/** Lists of tensors, the k-th of one shape in all, where the functions of updates find them. */
interface TensorLists {
  readonly functions: UpdateFunctions;
  /** Floats of the k-th tensors. */
  readonly sizes: readonly number[];
  /** The address of the k-th tensor of a list that was given. */
  given(list: number, k: number): number;
  /** Likewise of a list of results. */
  result(list: number, k: number): number;
}

type Given = readonly (readonly TensorInfo[])[];
type Work = (lists: TensorLists) => void;

/**
 * Tensors that `work` writes, list by list: `resultCount` lists of the shapes of those given. It works in the memory where the backend's tensors lie,
 * where that is WebAssembly's; else on copies in the engine's.
 */
export function writtenLists(backend: KernelBackend, given: Given, resultCount: number, work: Work): TensorInfo[] {
  const functions = updatesInPlace(backend);
  return functions === undefined
    ? writtenInEngine(backend, given, resultCount, work)
    : writtenInPlace(backend, functions, given, resultCount, work);
}

function writtenInPlace(
  backend: KernelBackend,
  functions: UpdateFunctions,
  given: Given,
  resultCount: number,
  work: Work,
): TensorInfo[] {
  const [first = []] = given;
  const results: TensorInfo[] = [];
  try {
    for (let list = 0; list < resultCount; list++)
      for (const { shape } of first) results.push(makeTensor(backend, shape, 'float32'));
    const address = (info?: TensorInfo): number => viewTensor(backend, info as TensorInfo).byteOffset;
    work({
      functions,
      sizes: sizesOf(given),
      given: (list, k) => address(given[list]?.[k]),
      result: (list, k) => address(results[list * first.length + k]),
    });
    return results;
  } catch (error) {
    for (const { dataId } of results) backend.disposeData(dataId);
    throw error;
  }
}

/** The results are written over the copies of the first lists. */
function writtenInEngine(backend: KernelBackend, given: Given, resultCount: number, work: Work): TensorInfo[] {
  const { arena, functions } = engine();
  const blocks = new Blocks(arena);
  try {
    const sizes = sizesOf(given);
    const addresses = given.map(() => sizes.map((size) => blocks.allocate(size)));
    const address = (list: number, k: number): number => addresses[list]?.[k] as number;
    const { floats } = engine();
    for (const [list, infos] of given.entries())
      for (const [k, info] of infos.entries()) floats.set(viewTensor(backend, info), address(list, k) / 4);
    work({ functions, sizes, given: address, result: address });
    return given.slice(0, resultCount).flatMap((infos, list) =>
      infos.map(({ shape }, k) => {
        const at = address(list, k) / 4;
        return writeTensor(backend, floats.subarray(at, at + (sizes[k] as number)), shape);
      }),
    );
  } finally {
    blocks.free();
  }
}

const sizesOf = ([first = []]: Given): number[] => first.map(({ shape }) => util.sizeFromShape(shape));
