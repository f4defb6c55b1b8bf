/** The command line's words. `pnpm mnist -- --help` hands its dashes on; they are left out. */
export function wordsOfUser(words: readonly string[] = process.argv.slice(2)): string[] {
  return words[0] === '--' ? words.slice(1) : [...words];
}
