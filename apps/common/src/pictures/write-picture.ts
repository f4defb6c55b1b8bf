import { Resvg } from '@resvg/resvg-js';
import { writeWhole } from '../write-whole';
import { pictureFont } from './picture-font';
import { paper } from './picture-style';

/** Endings of files that a picture can be written to. */
export const pictureEndings = ['.svg', '.png'] as const;

/** Pixels of a PNG for one of the SVG. */
const zoom = 2;

/** Writes a picture, dark on white, whole or not at all. The file's ending says how: `.png` at twice the size, else SVG. */
export async function writePicture(file: string, svg: string): Promise<void> {
  const { background, color } = paper;
  const onPaper = svg.replace('<svg ', `<svg style="background:${background};color:${color}" `);
  await writeWhole(file, file.endsWith('.png') ? png(onPaper, background) : onPaper);
}

/** `optimizeSpeed`: the pixels of a small image stay squares. */
const sharp = 1;

function png(svg: string, background: string): Uint8Array {
  const { family, files } = pictureFont;
  const font = { loadSystemFonts: false, fontFiles: files, defaultFontFamily: family, sansSerifFamily: family };
  return new Resvg(svg, { background, font, imageRendering: sharp, fitTo: { mode: 'zoom', value: zoom } })
    .render()
    .asPng();
}
