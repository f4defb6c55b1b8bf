export interface FetchBytesOptions {
  /** Give up after so many milliseconds in which nothing arrived, connecting included. */
  readonly stallTimeoutMs: number;
  /** Told after every piece: bytes received so far, and in all where the server says so. */
  readonly onBytes: (receivedBytes: number, totalBytes: number | undefined) => void;
}

/** The body at `url`. Rejects unless the status is 2xx and all of the body arrives. */
export async function fetchBytes(url: string, { stallTimeoutMs, onBytes }: FetchBytesOptions): Promise<Uint8Array> {
  const abort = new AbortController();
  const stalled = () => abort.abort(new Error(`nothing arrived for ${stallTimeoutMs / 1000} s`));
  const timer = setTimeout(stalled, stallTimeoutMs);
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status} ${response.statusText}`);
    const totalBytes = declaredLength(response.headers);
    const pieces: Uint8Array[] = [];
    let receivedBytes = 0;
    for await (const piece of response.body) {
      timer.refresh();
      pieces.push(piece);
      receivedBytes += piece.length;
      onBytes(receivedBytes, totalBytes);
    }
    return Buffer.concat(pieces);
  } finally {
    clearTimeout(timer);
    abort.abort(); // lets go of the connection when the body was not read to its end
  }
}

/** Where the server compressed the body for the journey, its length says nothing about the bytes that come out. */
function declaredLength(headers: Headers): number | undefined {
  const length = headers.get('content-length');
  return length === null || headers.has('content-encoding') ? undefined : Number(length);
}
