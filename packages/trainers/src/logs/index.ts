export { csvLog } from './csv-log';
export { jsonLinesLog } from './json-lines-log';
export { tensorBoard } from './tensor-board';
