/** Numbers that JSON does not have, each written as an object with its name. */
const names = ['NaN', 'Infinity', '-Infinity'] as const;
const key = '$number';

/** JSON that keeps NaN and the infinities, which a loss may be. */
export function toJson(value: unknown): string {
  return JSON.stringify(value, (_, inner) =>
    typeof inner === 'number' && !Number.isFinite(inner) ? { [key]: `${inner}` } : inner,
  );
}

/** What `toJson` wrote. */
export function fromJson(text: string): unknown {
  return JSON.parse(text, (_, inner) => {
    const name = names.find((each) => inner?.[key] === each);
    return name === undefined ? inner : Number(name);
  });
}
