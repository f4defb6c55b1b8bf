/**
 * The command line's words. `pnpm mnist -- --help` and `pnpm mnist rows-static-lstm -- --help` hand their dashes on; they are left out, as no
 * app takes a word that begins with a dash and is no flag.
 */
export function wordsOfUser(words: readonly string[] = process.argv.slice(2)): string[] {
  return words.filter((word) => word !== '--');
}
