/** The program of a current Node, from npm; undefined where npm has none for this platform. The project itself runs on Node 20 and later. */
export const currentNode: string | undefined;
