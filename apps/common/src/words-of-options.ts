import type { Command } from 'commander';

/** The flags that a command was given, as words for another that takes them too; without those of these names, such as `pictureFormat`. */
export function wordsOfOptions(command: Command, without: readonly string[] = []): string[] {
  return command.options.flatMap((option) => {
    const name = option.attributeName();
    if (without.includes(name) || command.getOptionValueSource(name) !== 'cli') return [];
    const value: unknown = command.getOptionValue(name);
    return value === true ? [option.long as string] : [`${option.long}=${value}`];
  });
}
