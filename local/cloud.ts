import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { respond } from './server/respond.ts';
import { startScheduler } from './services/cloudscheduler/scheduler.ts';
import { startDelivery } from './services/pubsub/delivery/push-loop.ts';
import { createState, type State } from './state/state.ts';
import { seedWorld } from './world/seed.ts';

export type LocalCloud = {
  /** `http://127.0.0.1:PORT`, for every API. */
  readonly url: string;
  readonly port: number;
  readonly state: State;
  /** As Node's own fetch, and without a socket, whatever the host: for simulations that are to be fast and the same each time. */
  fetch(url: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Settles when no message is being pushed. What waits for its next attempt is not waited for. */
  delivered(): Promise<void>;
  close(): Promise<void>;
};

/** Starts the local cloud on a loopback port: every API of Google that it speaks, and `/_local/`. */
export async function startLocalCloud(
  options: {
    /** 0, any free one, by default. */
    readonly port?: number;
    /** What the world begins with, parsed from a world file. */
    readonly seed?: unknown;
    readonly now?: () => Date;
    /** As Math.random. */
    readonly random?: () => number;
    /** Told of routes that are not there, each once, and of bugs. Standard error by default. */
    readonly log?: (line: string) => void;
  } = {},
): Promise<LocalCloud> {
  const state = createState(options);
  const log = options.log ?? ((line) => process.stderr.write(`local cloud: ${line}\n`));
  if (options.seed !== undefined) seedWorld(state, options.seed).forEach(log);
  const delivery = startDelivery(state);
  state.cleanups.add(delivery.close).add(startScheduler(state));
  const unknown = new Set<string>();
  const logOnce = (line: string) => {
    if (!unknown.has(line)) log(line);
    unknown.add(line);
  };

  const server = createServer((request, response) => {
    serve(state, request, response, logOnce).catch((bug: unknown) => {
      log(bug instanceof Error ? (bug.stack ?? bug.message) : String(bug));
      response.destroy();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port ?? 0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    state,
    fetch: (at, init) =>
      fetchFrom(state, at instanceof Request && !init ? at : new Request(at, init), logOnce),
    delivered: delivery.idle,
    async close() {
      await Promise.all([...state.cleanups].map((stop) => stop()));
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

async function serve(
  state: State,
  request: IncomingMessage,
  response: ServerResponse,
  log: (line: string) => void,
): Promise<void> {
  const { method: verb = 'GET', url: target = '/', headers } = request;
  const reply = await respond(state, { verb, target, headers, body: () => read(request) }, log);
  if (reply === 'cut') request.socket.resetAndDestroy();
  else response.writeHead(reply.status, reply.headers).end(reply.body);
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

/** As Node's own fetch, without a socket. */
async function fetchFrom(
  state: State,
  request: Request,
  log: (line: string) => void,
): Promise<Response> {
  const { method: verb, url, headers } = request;
  const { host, pathname, search } = new URL(url);
  const reply = await respond(
    state,
    {
      verb,
      target: pathname + search,
      headers: { ...Object.fromEntries(headers), host },
      body: async () => Buffer.from(await request.arrayBuffer()),
    },
    log,
  );
  if (reply === 'cut') throw new TypeError('fetch failed');
  return new Response(reply.status === 204 ? null : reply.body, reply);
}
