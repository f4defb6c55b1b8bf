/** `require` as from that file or folder; the built-in modules are asked of `process`, so that a bundle for a page has no trace of them. */
export function requireFrom(place: string) {
  return process.getBuiltinModule('node:module').createRequire(place);
}
