/**
 * Colours of series, apart from each other for most who are colour-blind too, each with a contrast of at least 3 on white and on a dark page. All
 * else is in the colour of the text around (`currentColor`), so that a picture in a page is light or dark as the page is.
 */
export const seriesColors = [
  '#2b7bba',
  '#d1531f',
  '#24895f',
  '#a45bb0',
  '#a67a12',
  '#1d8d9d',
  '#d6467f',
  '#788290',
] as const;

/** Of a picture in a file of its own. */
export const paper = { background: '#ffffff', color: '#1f2933' } as const;
