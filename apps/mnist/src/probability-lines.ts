/** Blocks of 1/8 to 8/8 of a column. */
const blocks = [...'▏▎▍▌▋▊▉█'];

/**
 * The probabilities of the classes from 0 on as bars of text, a line each, the likeliest marked; no line is wider than `width` columns. Without colours
 * and escape codes, they look the same on a terminal and in a pipe.
 *
 *     0  ▏                                    0.52 %
 *     4  ███████████████▍                    43.56 %  ←
 */
export function probabilityLines(probabilities: ArrayLike<number>, width = 80): string[] {
  const all = Array.from(probabilities);
  const most = all.indexOf(Math.max(...all));
  const names = all.map((_, k) => `${k}`.padStart(`${all.length - 1}`.length));
  const room = width - (names[0] as string).length - 2 - ' 100.00 %  ←'.length;
  return all.map((probability, k) => {
    const bar = barOf(probability, room).padEnd(room);
    const percent = `${(100 * probability).toFixed(2)} %`.padStart(9);
    return `${names[k]}  ${bar}${percent}${k === most ? '  ←' : ''}`;
  });
}

/** Of this share of the room, in eighths of a column; what is above 0 is seen. */
function barOf(share: number, room: number): string {
  const eighths = Math.max(Math.round(share * room * 8), share > 0 ? 1 : 0);
  const rest = eighths % 8;
  return '█'.repeat(Math.floor(eighths / 8)) + (rest === 0 ? '' : (blocks[rest - 1] as string));
}
