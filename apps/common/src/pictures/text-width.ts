import { Resvg } from '@resvg/resvg-js';
import { escapeXml } from './escape-xml';
import { pictureFont } from './picture-font';

export interface TextStyle {
  /** Pixels. */
  readonly fontSize?: number;
  readonly fontWeight?: string | number;
}

/**
 * A browser without the font shows an SVG in its own sans-serif; DejaVu Sans, the widest of the common ones, takes this much more, and its bold, in
 * place of the semi-bold, more still.
 */
const widestSubstitute = { regular: 1.14, bold: 1.25 };

const vegasFontSize = 11;

/** Of all strings measured before, at 100 pixels; the labels of a picture are few. */
const widths = new Map<string, number>();

/** Pixels that a line of text takes in any of the fonts that it may be shown in. */
export function textWidth(text: string, { fontSize = vegasFontSize, fontWeight = 400 }: TextStyle): number {
  const key = `${fontWeight} ${text}`;
  let width = widths.get(key);
  if (width === undefined) {
    width = measure(text, fontWeight);
    widths.set(key, width);
  }
  const isBold = fontWeight === 'bold' || Number(fontWeight) >= 600;
  return ((width * fontSize) / 100) * widestSubstitute[isBold ? 'bold' : 'regular'];
}

function measure(text: string, fontWeight: string | number): number {
  if (text.trim() === '') return 25 * text.length;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><text font-family="${pictureFont.family}" font-size="100" font-weight="${fontWeight}">${escapeXml(text)}</text></svg>`;
  const font = { loadSystemFonts: false, fontFiles: pictureFont.files, defaultFontFamily: pictureFont.family };
  return new Resvg(svg, { font }).getBBox()?.width ?? 0;
}
