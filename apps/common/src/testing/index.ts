export { parseSvg, type SvgElement } from './parse-svg';
export { type Pixels, pngPixels } from './png-pixels';
export { type Chart, readChart } from './read-chart';
export { unwrapped } from './unwrapped';
