import { wordsOfUser } from './words-of-user';

/** What a user would type to run the app with these words, in a shell. Default: those that it was run with. */
export function commandLine(app: string, words: readonly string[] = wordsOfUser()): string {
  return ['pnpm', app, ...words.map(quoted)].join(' ');
}

/** As a POSIX shell takes it for one word. */
export const quoted = (word: string): string =>
  /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
