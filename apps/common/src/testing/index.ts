export { parseSvg, type SvgElement } from './parse-svg';
export { type Pixels, pngPixels } from './png-pixels';
export { type Chart, readChart } from './read-chart';
export { hasTerminal, runOnTerminal, type TerminalRun } from './run-on-terminal';
export { smallMnist } from './small-mnist';
export { unwrapped } from './unwrapped';
