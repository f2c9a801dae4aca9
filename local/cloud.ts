import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { GrpcServer } from './grpc/server.ts';
import { respond } from './server/respond.ts';
import { startScheduler } from './services/cloudscheduler/scheduler.ts';
import { startLateEntries } from './services/logging/late-entries.ts';
import { startPushing } from './services/pubsub/delivery/push-loop.ts';
import { createState, type State } from './state/state.ts';
import { seedWorld } from './world/seed.ts';

export type LocalCloud = {
  /** `http://127.0.0.1:PORT`. It serves every API. */
  readonly url: string;
  readonly port: number;
  readonly state: State;
  /**
   * Like Node's `fetch`, but without a socket: simulations that use it are fast, and each run is the same. The URL needs a
   * loopback host; its port does not matter.
   */
  fetch(url: string | URL | Request, init?: RequestInit): Promise<Response>;
  /** Resolves when no push is in progress. Messages that wait for their next attempt do not count. */
  delivered(): Promise<void>;
  close(): Promise<void>;
};

/** Starts the local cloud on a loopback port: all its Google APIs, and `/_local/`. */
export async function startLocalCloud(
  options: {
    /** Default: 0, which is any free port. */
    readonly port?: number;
    /** The initial world, parsed from a world file. */
    readonly seed?: unknown;
    readonly now?: () => Date;
    /** Like Math.random. */
    readonly random?: () => number;
    /** Receives each warning about the world, each bug, and each missing route once. Default: standard error. */
    readonly log?: (line: string) => void;
  } = {},
): Promise<LocalCloud> {
  const state = createState(options);
  const log = options.log ?? ((line) => process.stderr.write(`local cloud: ${line}\n`));
  if (options.seed !== undefined) seedWorld(state, options.seed).forEach(log);
  const pushing = startPushing(state);
  state.cleanups.add(pushing.close).add(startScheduler(state)).add(startLateEntries(state));
  const logged = new Set<string>();
  const logOnce = (line: string) => {
    if (!logged.has(line)) log(line);
    logged.add(line);
  };

  let grpc: Promise<GrpcServer> | undefined;
  state.startGrpc = async () => {
    grpc ??= import('./grpc/server.ts').then(({ startGrpc }) => startGrpc(state, logOnce));
    const started = await grpc;
    state.cleanups.add(started.close);
    return started;
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
    fetch: (input, init) =>
      fetchFrom(
        state,
        input instanceof Request && !init ? input : new Request(input, init),
        logOnce,
      ),
    delivered: pushing.idle,
    async close() {
      await Promise.all([...state.cleanups].map((cleanup) => cleanup()));
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
  const { method: httpMethod = 'GET', url: target = '/', headers } = request;
  const body = () => readBody(request);
  const result = await respond(state, { httpMethod, target, headers, body }, log);
  if (result === 'reset') request.socket.resetAndDestroy();
  else response.writeHead(result.status, dated(state, result.headers)).end(result.body);
}

async function readBody(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

async function fetchFrom(
  state: State,
  request: Request,
  log: (line: string) => void,
): Promise<Response> {
  const { method: httpMethod, url, headers } = request;
  const { host, pathname, search } = new URL(url);
  const result = await respond(
    state,
    {
      httpMethod,
      target: pathname + search,
      headers: { ...Object.fromEntries(headers), host },
      body: async () => Buffer.from(await request.arrayBuffer()),
    },
    log,
  );
  if (result === 'reset') throw new TypeError('fetch failed');
  const { status, headers: sent, body: text } = result;
  return new Response(status === 204 ? null : text, { status, headers: dated(state, sent) });
}

/** Google's clock is the local clock. */
const dated = (
  state: State,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> => ({ ...headers, date: state.now().toUTCString() });
