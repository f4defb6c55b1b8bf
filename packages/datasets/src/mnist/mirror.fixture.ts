import { createServer, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { onTestFinished } from 'vitest';
import { type MnistPart, mnistFiles } from './mnist-files';

export interface Mirror {
  readonly url: string;
  /** The paths asked for so far, without the leading slash. */
  readonly requests: string[];
}

/** A server on this machine, until the test is over. */
export async function startMirror(listener: RequestListener): Promise<Mirror> {
  const requests: string[] = [];
  const server = createServer((request, response) => {
    requests.push((request.url ?? '').slice(1));
    listener(request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`, requests };
}

/** A mirror of these files as `<name>.gz`; what it has not is 404. */
export function startFileMirror(files: Partial<Record<MnistPart, Uint8Array>>): Promise<Mirror> {
  const byPath = new Map(
    (Object.keys(files) as MnistPart[]).map((part) => {
      return [`/${mnistFiles[part].name}.gz`, gzipSync(files[part] as Uint8Array, { level: 1 })];
    }),
  );
  return startMirror(({ url = '' }, response) => {
    const body = byPath.get(url);
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
}

/** An address at which nothing listens. */
export async function deadAddress(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return `http://127.0.0.1:${port}/`;
}
