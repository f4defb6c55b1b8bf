import { errorReason } from '../error-reason';
import { contentMismatch } from './content-mismatch';
import { fetchBytes } from './fetch-bytes';
import { gunzipIfGzipped } from './gunzip-if-gzipped';
import type { KnownFile } from './mnist-files';
import { NoFiles } from './no-files';

/** How far the download of one file has come, in bytes as they travel: compressed. */
export interface DownloadProgress {
  readonly file: string;
  readonly url: string;
  readonly receivedBytes: number;
  /** Undefined where the server does not say. */
  readonly totalBytes: number | undefined;
}

export interface FetchKnownOptions {
  /** Addresses under which `<name>.gz` lies, asked in turn. */
  readonly mirrors: readonly string[];
  /** Give a mirror up after so many milliseconds in which nothing arrived. */
  readonly stallTimeoutMs: number;
  readonly onProgress: (progress: DownloadProgress) => void;
}

/** A file, uncompressed, from the first mirror that gives out the content it is known by. */
export async function fetchKnown(
  file: KnownFile,
  { mirrors, stallTimeoutMs, onProgress }: FetchKnownOptions,
): Promise<{ readonly bytes: Uint8Array; readonly mirror: string }> {
  const reasons: string[] = [];
  for (const mirror of mirrors) {
    const url = `${mirror.replace(/\/*$/, '/')}${file.name}.gz`;
    const onBytes = (receivedBytes: number, totalBytes: number | undefined) =>
      onProgress({ file: file.name, url, receivedBytes, totalBytes });
    try {
      const bytes = await gunzipIfGzipped(await fetchBytes(url, { stallTimeoutMs, onBytes }), file.size);
      const mismatch = contentMismatch(bytes, file);
      if (mismatch === undefined) return { bytes, mirror };
      reasons.push(`${url}: ${mismatch}`);
    } catch (error) {
      reasons.push(`${url}: ${errorReason(error)}`);
    }
  }
  throw new NoFiles(reasons.length === 0 ? 'a download: no mirror is named' : reasons.join('\n'));
}
