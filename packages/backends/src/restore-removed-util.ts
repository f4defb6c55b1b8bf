/** `node:util`, which lost two functions in Node 23. */
interface Util {
  isArray?(value: unknown): boolean;
  isNullOrUndefined?(value: unknown): boolean;
}

/**
 * Puts back the two functions of `node:util` that Node 23 removed and tfjs-node 4.22 still calls
 * (https://github.com/tensorflow/tfjs/issues/8609). What is there stays.
 */
export function restoreRemovedUtil(util: Util): void {
  util.isArray ??= Array.isArray;
  util.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
