import { subscribe } from 'node:diagnostics_channel';
import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import { isLoopbackHost } from '../../shared/domain/basics/loopback.ts';

/** A larger body is refused. The largest message of Pub/Sub has 10 MB, which is 14 MB in base64. @see https://cloud.google.com/pubsub/quotas#resource_limits */
export const MAX_BODY_BYTES = 16 * 1024 * 1024;

/**
 * A larger body is not parsed, because parsing would stop all other requests for too long. None of our messages is larger, and an entry of the
 * audit log has at most 256 KiB, which is 342 KiB in base64. @see https://cloud.google.com/logging/quotas
 */
export const MAX_PARSED_BYTES = 512 * 1024;

/** A connection whose request was refused before its end is closed after this time. */
const CLOSE_AFTER_MS = 1000;

/** Says why a message was not understood. */
export const NO_PUSH = `this is not a push of Pub/Sub: a JSON object of at most ${MAX_PARSED_BYTES / 1024} KiB`;

/** A form of a web page cannot send these types. */
const JSON_TYPES = ['application/json', 'application/cloudevents+json'];

type Refusal = { readonly status: number; readonly detail: string };

export type GuardOptions = {
  /** For functions on a developer's machine: they also refuse every web page and every host name that is not loopback. */
  readonly isLocal: boolean;
  /** Called for each refused request. `detail` contains nothing of the request. */
  readonly onRefused: (detail: string) => void;
  /** Ends before an accepted request is handled. */
  readonly beforeEach?: () => Promise<void>;
};

/**
 * Checks each request before functions-framework parses it. The framework itself accepts forms, compressed bodies and bodies of 1 GiB, and
 * prints a stack for a body that is not JSON.
 *
 * A function then finds in `request.body` the JSON object that was sent. It finds `{}` if the body is no JSON object, or is larger than
 * {@link MAX_PARSED_BYTES}. The framework does not parse a body that was read to its end.
 *
 * @see https://nodejs.org/api/diagnostics_channel.html#http
 */
export function guardRequests(options: GuardOptions): void {
  const guarded = new WeakSet<Server>();
  // The framework creates the server and does not give it to us. Node publishes each request before the server handles it.
  subscribe('http.server.request.start', (message) => {
    const { server } = message as { readonly server: Server };
    if (guarded.has(server)) return;
    guarded.add(server);
    const handlers = server.listeners('request') as RequestListener[];
    server.removeAllListeners('request');
    server.on('request', (request: IncomingMessage, response: ServerResponse) => {
      void guard(request, response, options).then((isAccepted) => {
        if (isAccepted) for (const handle of handlers) handle.call(server, request, response);
      });
    });
  });
}

async function guard(
  request: IncomingMessage & { body?: unknown },
  response: ServerResponse,
  { isLocal, onRefused, beforeEach }: GuardOptions,
): Promise<boolean> {
  const refusal = (isLocal ? pageRefusal(request) : undefined) ?? requestRefusal(request);
  const body = refusal ?? (await readBody(request));
  if (body === 'closed') return false;
  if (body !== undefined && 'status' in body) {
    const { status, detail } = body;
    onRefused(detail);
    response.writeHead(status, {
      'Content-Type': 'text/plain; charset=utf-8',
      'X-Content-Type-Options': 'nosniff',
    });
    response.end(`${detail}\n`);
    request.resume();
    return false;
  }
  if (body) request.body = jsonObjectOf(body.bytes);
  await beforeEach?.();
  return true;
}

/** Refuses a request that a web page may have sent, as the local cloud does. */
function pageRefusal({ headers: { host = '', origin } }: IncomingMessage): Refusal | undefined {
  if (!isLoopbackHost(host)) {
    return { status: 403, detail: 'this function only answers under a loopback host name' };
  }
  if (origin !== undefined && origin !== `http://${host}`) {
    return { status: 403, detail: 'this function does not answer to web pages' };
  }
  return undefined;
}

function requestRefusal({ method = '', url = '', headers }: IncomingMessage): Refusal | undefined {
  if (!isDecodable(url)) return { status: 400, detail: 'the path or the query is malformed' };
  const type = (headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
  if (method === 'POST' && !JSON_TYPES.includes(type)) {
    return { status: 415, detail: 'a POST needs the header "Content-Type: application/json"' };
  }
  if ((headers['content-encoding'] ?? 'identity').toLowerCase() !== 'identity') {
    return { status: 415, detail: 'a compressed body is refused' };
  }
  return Number(headers['content-length'] ?? 0) > MAX_BODY_BYTES ? TOO_LARGE : undefined;
}

const TOO_LARGE: Refusal = {
  status: 413,
  detail: `a body of more than ${MAX_BODY_BYTES / 1024 / 1024} MiB is refused`,
};

function isDecodable(url: string): boolean {
  try {
    decodeURI(url);
    return true;
  } catch {
    return false;
  }
}

/**
 * A body that arrives in many small pieces costs memory and time for each piece. Node's own HTTP client and Google send pieces of 16 KiB and more.
 */
const MAX_PIECES = 20_000;

/** @returns undefined without a body; `closed` if the client closed the connection; empty `bytes` if the body is too large to parse */
function readBody(
  request: IncomingMessage,
): Promise<{ readonly bytes: Buffer } | Refusal | 'closed' | undefined> {
  const { headers } = request;
  if (headers['content-length'] === undefined && headers['transfer-encoding'] === undefined) {
    return Promise.resolve(undefined);
  }
  return new Promise((resolve) => {
    let size = 0;
    let pieces = 0;
    // One buffer that grows. A list of small pieces would take a hundred times the memory of the bytes.
    let bytes = Buffer.alloc(0);
    let isRefused = false;
    const refuse = () => {
      isRefused = true;
      bytes = Buffer.alloc(0);
      resolve(TOO_LARGE);
      // The client gets the response before the connection is closed.
      setTimeout(() => request.destroy(), CLOSE_AFTER_MS).unref();
    };
    request.on('data', (piece: Buffer) => {
      if (isRefused) return;
      const start = size;
      size += piece.length;
      pieces++;
      if (size > MAX_BODY_BYTES || pieces > MAX_PIECES) return refuse();
      if (size > MAX_PARSED_BYTES) {
        bytes = Buffer.alloc(0);
        return;
      }
      if (size > bytes.length) {
        const grown = Buffer.allocUnsafe(
          Math.min(MAX_PARSED_BYTES, Math.max(size, 2 * bytes.length)),
        );
        bytes.copy(grown, 0, 0, start);
        bytes = grown;
      }
      piece.copy(bytes, start);
    });
    request.once('end', () =>
      resolve({ bytes: size > MAX_PARSED_BYTES ? Buffer.alloc(0) : bytes.subarray(0, size) }),
    );
    request.once('close', () => resolve('closed'));
    request.once('error', () => resolve('closed'));
  });
}

function jsonObjectOf(bytes: Buffer): object {
  try {
    const parsed: unknown = JSON.parse(bytes.toString());
    return typeof parsed === 'object' && parsed !== null && !Array.isArray(parsed) ? parsed : {};
  } catch {
    return {};
  }
}
