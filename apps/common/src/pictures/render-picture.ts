import { parse, textMetrics, View } from 'vega';
import { type Config, compile, type TopLevelSpec } from 'vega-lite';
import { escapeXml } from './escape-xml';
import { pictureFont } from './picture-font';
import { type TextStyle, textWidth } from './text-width';

declare module 'vega' {
  /** Missing from vega's types. */
  export const textMetrics: { width: (item: TextStyle, text: string) => number };
}

// Without a canvas vega takes every letter for 0.8 of the size, which leaves gaps in legends and drops axis labels that would fit.
textMetrics.width = (style, text) => textWidth(text, style);

/** What is drawn, in the terms of Vega-Lite. */
export type PictureSpec = TopLevelSpec;

/** One of several charts in a picture. */
export type Panel = Extract<PictureSpec, { vconcat: unknown }>['vconcat'][number];

const ink = 'currentColor';
const label = { labelColor: ink, labelFontSize: 12, labelLimit: 0, titleColor: ink, titleFontSize: 12 };

const config: Config = {
  // The picture has one description as a whole.
  aria: false,
  background: 'transparent',
  padding: 12,
  font: `${pictureFont.family}, sans-serif`,
  axis: {
    ...{ ...label, labelFlush: false, labelPadding: 5, titleFontWeight: 600, titlePadding: 8 },
    ...{ domainColor: ink, domainOpacity: 0.5, tickColor: ink, tickOpacity: 0.5, gridColor: ink, gridOpacity: 0.14 },
  },
  legend: { ...label, titleFontWeight: 600, symbolStrokeWidth: 2.5 },
  title: {
    ...{ anchor: 'start', color: ink, fontSize: 15, fontWeight: 600, offset: 12 },
    ...{ subtitleColor: ink, subtitleFontSize: 12, subtitlePadding: 5 },
  },
  text: { color: ink, fontSize: 12 },
  rule: { color: ink },
  view: { stroke: null },
};

/**
 * A picture as SVG, without a background and in the colour of the text around it; `alt` says what is to be seen, for those who can't.
 */
export async function renderPicture(spec: PictureSpec, alt: string): Promise<string> {
  const svg = await new View(parse(compile({ ...spec, config }).spec), { renderer: 'none' }).toSVG();
  return svg.replace('<svg ', `<svg role="img" aria-label="${escapeXml(alt)}" `);
}
