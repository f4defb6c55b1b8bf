/** How to take back what the innermost running `atomically` has made so far. */
let undoLog: (() => void)[] | undefined;

/**
 * Runs `work`, all or nothing: when it throws, what was made in it and told to `undoOnThrow` is taken back, last first. Weights are made
 * deep inside a call, by cells in wrappers in cells; a call that throws must leave no half-built cell and as many live tensors as it found.
 */
export function atomically<T>(work: () => T): T {
  const outer = undoLog;
  const log: (() => void)[] = [];
  undoLog = log;
  try {
    const result = work();
    outer?.push(...log);
    return result;
  } catch (error) {
    for (const undo of log.reverse()) undo();
    throw error;
  } finally {
    undoLog = outer;
  }
}

/** Registers how to take back what was just made. Without an `atomically` around it, nothing will be. */
export const undoOnThrow = (undo: () => void): void => {
  undoLog?.push(undo);
};
