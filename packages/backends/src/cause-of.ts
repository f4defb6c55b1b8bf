/** The first line of what was thrown. Of a module that is not found, Node's further lines name who asked for it. */
export const causeOf = (error: unknown): string =>
  (error instanceof Error ? error.message : String(error)).split('\n')[0] as string;
