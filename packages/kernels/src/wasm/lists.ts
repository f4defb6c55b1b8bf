import { Blocks } from './blocks';
import type { Engine } from './engine';

/** Some lists of numbers in the engine's memory: the values of several tensors, end to end, and zeros up to a multiple of 4. */
export interface Lists {
  /** Floats of each list, a multiple of 4. */
  readonly count: number;
  readonly addresses: readonly number[];
  /** Where the k-th values of a list lie now; a view, to be copied before the memory grows. */
  values(list: number, k: number): Float32Array;
}

/** Calls `work` with `lists`, of equal lengths one by one, in the engine's memory; they are gone when it ends. */
export function withLists<T>(
  engine: Engine,
  lists: readonly (readonly Float32Array[])[],
  work: (lists: Lists) => T,
): T {
  const sizes = (lists[0] ?? []).map(({ length }) => length);
  const begins = sizes.map((_, k) => sizes.slice(0, k).reduce((sum, size) => sum + size, 0));
  const used = sizes.reduce((sum, size) => sum + size, 0);
  const count = Math.ceil(used / 4) * 4;
  const blocks = new Blocks(engine.arena);
  try {
    const addresses = lists.map(() => blocks.allocate(count));
    const memory = engine.floats;
    for (const [list, arrays] of lists.entries()) {
      const at = (addresses[list] as number) / 4;
      for (const [k, values] of arrays.entries()) memory.set(values, at + (begins[k] as number));
      memory.fill(0, at + used, at + count);
    }
    const values = (list: number, k: number): Float32Array => {
      const at = (addresses[list] as number) / 4 + (begins[k] as number);
      return engine.floats.subarray(at, at + (sizes[k] as number));
    };
    return work({ count, addresses, values });
  } finally {
    blocks.free();
  }
}
