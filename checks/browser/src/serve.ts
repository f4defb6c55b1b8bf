import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import sirv from 'sirv';

export interface Site {
  readonly url: string;
  close(): void;
}

/** Serves a folder on this machine, every file with these headers. */
export async function serve(folder: string, headers: Readonly<Record<string, string>>): Promise<Site> {
  const files = sirv(folder, { setHeaders: (response) => response.setHeaders(new Map(Object.entries(headers))) });
  const server = createServer((request, response) => files(request, response));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    close: () => {
      server.closeAllConnections();
      server.close();
    },
  };
}
