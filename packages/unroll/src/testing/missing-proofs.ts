/** A table by what it proves: the names that it has entries for. */
export type Tables = Readonly<Record<string, readonly string[]>>;

/**
 * What is not proven, a line each: of every export that `isSubject` picks, the tables that have no entry for it, unless `excused` gives a reason;
 * and what is excused though it is no such export, or is in a table after all.
 */
export function missingProofs(
  exported: Readonly<Record<string, unknown>>,
  isSubject: (value: unknown, name: string) => boolean,
  tables: Tables,
  excused: Readonly<Record<string, string>>,
): string[] {
  const subjects = Object.entries(exported).flatMap(([name, value]) => (isSubject(value, name) ? [name] : []));
  const missing = subjects
    .filter((name) => excused[name] === undefined)
    .flatMap((name) => {
      return Object.entries(tables).flatMap(([proof, names]) => (names.includes(name) ? [] : [`${name}: no ${proof}`]));
    });
  const needless = Object.keys(excused).flatMap((name) => {
    if (!subjects.includes(name)) return [`${name}: excused, but not exported`];
    return Object.values(tables).some((names) => names.includes(name)) ? [`${name}: excused, but proven`] : [];
  });
  return [...missing, ...needless];
}

/** The export that an entry's name begins with: `LSTMCell` of `LSTMCell, all options`. */
export const exportOf = (entry: string): string => entry.split(/[ ,]/)[0] as string;
