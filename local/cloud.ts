import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout } from 'node:timers/promises';
import { type Principal, Reply } from './action.ts';
import { ACTIONS } from './actions/index.ts';
import { startDelivery } from './delivery.ts';
import { failureOf, strike } from './faults.ts';
import { spendQuota } from './quotas.ts';
import { logRequest } from './request-log.ts';
import { type Route, routerOf } from './router.ts';
import { startScheduler } from './scheduler.ts';
import { checkScopes } from './scopes.ts';
import { seedWorld } from './seed.ts';
import { createState, type State } from './state.ts';
import { Status } from './status.ts';
import { authenticate } from './tokens.ts';

export type LocalCloud = {
  /** `http://127.0.0.1:PORT`, for every API. */
  readonly url: string;
  readonly port: number;
  readonly state: State;
  /** Settles when no message is being pushed. What waits for its next attempt is not waited for. */
  delivered(): Promise<void>;
  close(): Promise<void>;
};

const route = routerOf(ACTIONS);

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
  state.closers.add(delivery.close).add(startScheduler(state));
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
    delivered: delivery.idle,
    async close() {
      await Promise.all([...state.closers].map((stop) => stop()));
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
  const time = state.now().toISOString();
  const verb = request.method ?? 'GET';
  const url = new URL(request.url ?? '/', 'http://local');
  let found: Route | undefined;
  let caller: Principal | undefined;
  let reply: Reply;
  const note = (status: number) => {
    if (found?.action.api === 'local') return;
    logRequest(state, {
      time,
      method: verb,
      path: url.pathname,
      ...(found && { api: found.action.api, action: found.action.method }),
      identity: caller?.member ?? 'anonymous',
      status,
    });
  };
  const cut = () => {
    request.socket.resetAndDestroy();
    note(0);
  };

  const fault = strike(state, verb, request.url ?? '/');
  if (fault?.latencyMs) await setTimeout(fault.latencyMs, undefined, { ref: false });
  if (fault?.reset) return cut();
  try {
    const raw = await read(request);
    checkIsLocal(request);
    found = route(verb, url.pathname);
    if (found === undefined) {
      log(`no route for ${verb} ${url.pathname}`);
      throw new Status('NOT_FOUND', `Method not found: ${verb} ${url.pathname}.`);
    }
    const { action, params } = found;
    if (!action.anonymous) {
      caller = authenticate(state, request.headers.authorization);
      checkScopes(action, caller);
    }
    spendQuota(state, action, { params, headers: request.headers }, caller);
    if (fault?.status) throw failureOf(fault.status);
    const answer = await action.run(state, {
      params,
      query: url.searchParams,
      raw,
      get body() {
        return parseJson(raw);
      },
      headers: request.headers,
      caller,
    });
    reply = answer instanceof Reply ? answer : json(200, answer);
  } catch (error) {
    reply = refusal(error, (bug) => log(`bug in ${found?.action.method ?? url.pathname}: ${bug}`));
  }
  if (fault?.loseAnswer) return cut();
  response.writeHead(reply.status, reply.headers).end(reply.body);
  note(reply.status);
}

/** A web page must not reach a cloud whose every answer may be a credential: not by its own origin, nor by a name that it made resolve here. */
function checkIsLocal({ headers }: IncomingMessage): void {
  if (headers.origin !== undefined) {
    throw new Status('PERMISSION_DENIED', 'The local cloud does not answer web pages.');
  }
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '')) {
    throw new Status('PERMISSION_DENIED', 'The local cloud answers to loopback names only.');
  }
}

async function read(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

function parseJson(raw: Buffer): unknown {
  if (raw.length === 0) return {};
  try {
    return JSON.parse(raw.toString());
  } catch {
    throw new Status('INVALID_ARGUMENT', 'Invalid JSON payload received. Unexpected token.');
  }
}

const json = (status: number, body: unknown): Reply =>
  new Reply(
    status,
    { 'content-type': 'application/json; charset=UTF-8' },
    `${JSON.stringify(body ?? {}, null, 2)}\n`,
  );

function refusal(error: unknown, report: (bug: string) => void): Reply {
  if (error instanceof Status) {
    const { status, headers, body } = json(error.http, error);
    const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' };
    return new Reply(status, error.http === 401 ? { ...headers, ...challenge } : headers, body);
  }
  report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return json(500, new Status('INTERNAL', 'Internal error encountered.'));
}
