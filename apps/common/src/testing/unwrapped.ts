/** What an app printed, with what hangs below a line joined to it: where a line breaks depends on the paths in it. */
export const unwrapped = (printed: string): string => printed.replace(/\n {9,}(?=\S)/g, ' ');
