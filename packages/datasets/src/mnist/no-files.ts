/** Thrown by a source of files that does not have them all; the message says why, for the list of all that was tried. */
export class NoFiles extends Error {}
