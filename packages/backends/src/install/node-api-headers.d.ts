/** The headers of Node-API as an npm package, without types of its own. */
declare module 'node-api-headers' {
  export const include_dir: string;
}
