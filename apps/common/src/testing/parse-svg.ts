/** An element of a picture, where it stands in it. */
export interface SvgElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
  /** Pixels from the picture's left and top to the element's origin. */
  readonly x: number;
  readonly y: number;
  /** Classes of the groups around it, the outermost first. */
  readonly within: readonly string[];
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };

/** For tests: the elements of a picture. Throws where tags do not match. */
export function parseSvg(svg: string): SvgElement[] {
  const elements: SvgElement[] = [];
  const open: SvgElement[] = [];
  for (const [, slash, tag = '', words = '', ends, text = ''] of svg.matchAll(
    /<(\/)?([\w:]+)((?:\s+[\w:-]+="[^"]*")*)\s*(\/)?>([^<]*)/g,
  )) {
    if (slash !== undefined) {
      if (open.pop()?.tag !== tag) throw new Error(`parseSvg: </${tag}> closes nothing`);
      continue;
    }
    const attributes = Object.fromEntries(
      Array.from(words.matchAll(/([\w:-]+)="([^"]*)"/g), ([, name, value]) => [name, unescaped(value as string)]),
    );
    const around = open.at(-1);
    const [, dx = 0, dy = 0] = /translate\(([^,)]+),([^)]+)\)/.exec(attributes.transform ?? '') ?? [];
    const element: SvgElement = {
      ...{ tag, attributes, text: unescaped(text) },
      ...{ x: (around?.x ?? 0) + Number(dx), y: (around?.y ?? 0) + Number(dy) },
      within: around === undefined ? [] : [...around.within, around.attributes.class ?? ''],
    };
    elements.push(element);
    if (ends === undefined) open.push(element);
  }
  if (open.length > 0) throw new Error(`parseSvg: <${open.at(-1)?.tag}> is not closed`);
  return elements;
}

function unescaped(text: string): string {
  return text.replace(/&(#?\w+);/g, (whole, name: string) => entities[name] ?? whole);
}
