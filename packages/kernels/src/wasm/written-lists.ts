import { type KernelBackend, type TensorInfo, util } from '@tensorflow/tfjs-core';
import { Blocks } from './blocks';
import { engine } from './engine';
import { makeTensor, viewTensor, writeTensor } from './host-data';
import { type UpdateFunctions, updatesInPlace } from './update-functions';

/** Lists of tensors, the k-th of one shape in all, where the functions of updates find them. */
interface Lists {
  readonly functions: UpdateFunctions;
  /** Floats of the k-th tensors. */
  readonly sizes: readonly number[];
  /** The address of the k-th tensor of a list that was given. */
  from(list: number, k: number): number;
  /** Likewise of a list of results. */
  to(list: number, k: number): number;
}

type Given = readonly (readonly TensorInfo[])[];
type Work = (lists: Lists) => void;

/**
 * Tensors that `work` writes, list by list: `resultCount` lists of the shapes of those given. It works in the memory where the backend's tensors lie,
 * where that is WebAssembly's; else on copies in the engine's.
 */
export function writtenLists(backend: KernelBackend, given: Given, resultCount: number, work: Work): TensorInfo[] {
  const results: TensorInfo[] = [];
  try {
    const functions = updatesInPlace(backend);
    if (functions === undefined) writeFromEngine(backend, given, resultCount, work, results);
    else writeInPlace(backend, functions, given, resultCount, work, results);
    return results;
  } catch (error) {
    for (const { dataId } of results) backend.disposeData(dataId);
    throw error;
  }
}

function writeInPlace(
  backend: KernelBackend,
  functions: UpdateFunctions,
  given: Given,
  resultCount: number,
  work: Work,
  results: TensorInfo[],
): void {
  const [first = []] = given;
  for (let list = 0; list < resultCount; list++)
    for (const { shape } of first) results.push(makeTensor(backend, shape, 'float32'));
  const address = (info?: TensorInfo): number => viewTensor(backend, info as TensorInfo).byteOffset;
  // What came from another backend moves here as it is looked at, before any address is taken.
  for (const info of given.flat()) address(info);
  work({
    functions,
    sizes: sizesOf(given),
    from: (list, k) => address(given[list]?.[k]),
    to: (list, k) => address(results[list * first.length + k]),
  });
}

/** The results are written over the copies of the first lists. */
function writeFromEngine(
  backend: KernelBackend,
  given: Given,
  resultCount: number,
  work: Work,
  results: TensorInfo[],
): void {
  const { arena, functions } = engine();
  const blocks = new Blocks(arena);
  try {
    const sizes = sizesOf(given);
    const addresses = given.map(() => sizes.map((size) => blocks.allocate(size)));
    const address = (list: number, k: number): number => addresses[list]?.[k] as number;
    const { floats } = engine();
    for (const [list, infos] of given.entries())
      for (const [k, info] of infos.entries()) floats.set(viewTensor(backend, info), address(list, k) / 4);
    work({ functions, sizes, from: address, to: address });
    for (const [list, infos] of given.slice(0, resultCount).entries()) {
      for (const [k, { shape }] of infos.entries()) {
        const at = address(list, k) / 4;
        results.push(writeTensor(backend, floats.subarray(at, at + (sizes[k] as number)), shape));
      }
    }
  } finally {
    blocks.free();
  }
}

const sizesOf = ([first = []]: Given): number[] => first.map(({ shape }) => util.sizeFromShape(shape));
