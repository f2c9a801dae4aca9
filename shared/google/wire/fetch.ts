import { Agent, request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

/** A `Response` with `status`, `text`, and some headers. */
export type TextResponse = Pick<Response, 'status' | 'text'> & {
  readonly headers?: Pick<Headers, 'get'>;
};

/** Gets the bytes of a response with status 200 as they arrive. The response then has no text. It must not throw. */
export type Take = (bytes: Uint8Array) => void;

type RequestInOnePiece = {
  readonly url: string | URL;
  readonly init: RequestInit & { body?: string | null };
};
type WholeResponse = {
  readonly status: number;
  readonly type: string | undefined;
  readonly date: string | undefined;
  readonly bytes: ArrayBuffer;
};

/** For http, which goes to this machine only. With `NODE_USE_ENV_PROXY`, Node's own agent sends http to a proxy. */
const noProxy = new Agent({ keepAlive: true, timeout: 5000 });

/** Statuses that have no body, as `Response` knows them. */
const BODILESS = new Set([204, 205, 304]);

const UTF8 = new TextDecoder();

/**
 * Does what the global `fetch` does, over `node:http` and Node's own agents, which keep a connection open for some seconds. It follows no
 * redirect: a bearer token must not reach another host. A request whose body is not text goes through the global `fetch`.
 *
 * functions-framework runs every event in a domain, and a domain follows every promise. The global `fetch` makes so many promises that it
 * takes three times the CPU of this function.
 *
 * @throws {Error} if no whole response arrives, or `init.signal` aborts
 */
export async function nodeFetch(
  url: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const request = inOnePiece(url, init);
  if (!request) return fetch(url, { ...init, redirect: 'error' });
  return responseOf(await send(request));
}

/** Like `nodeFetch`, for a caller that reads only the status and the text. Making a whole `Response` takes a tenth of the CPU of a call. */
export async function nodeFetchText(
  url: string | URL | Request,
  init?: RequestInit,
  take?: Take,
): Promise<TextResponse> {
  const request = inOnePiece(url, init);
  if (!request) return fetch(url, { ...init, redirect: 'error' });
  const { status, bytes, date = null } = await send(request, take);
  const headers = { get: (name: string) => (name === 'date' ? date : null) };
  return { status, headers, text: async () => UTF8.decode(bytes) };
}

/**
 * A `Response` around a body that has arrived already.
 *
 * `new Response(bytes)` copies the bytes, and each read copies them again. For a list of secrets each copy is some MB, and V8 collects the
 * whole heap because of memory outside the heap.
 *
 * Use the result of `arrayBuffer()` in the same turn of the event loop, as Google's clients do. After that turn the memory is freed, and
 * another read throws a TypeError.
 */
function responseOf({ status, type, bytes }: Omit<WholeResponse, 'date'>): Response {
  const response = new Response(null, {
    status,
    headers: type === undefined ? {} : { 'content-type': type },
  });
  const whole = () => {
    if (bytes.detached) throw new TypeError('the body has been taken');
    return bytes;
  };
  const text = async () => UTF8.decode(whole());
  const reads: Partial<Response> = {
    arrayBuffer: async () => {
      setImmediate(() => bytes.detached || bytes.transfer(0));
      return whole();
    },
    blob: async () => new Blob([whole()], { type }),
    bytes: async () => new Uint8Array(whole().slice()),
    clone: () => responseOf({ status, type, bytes: whole().slice() }),
    json: async () => JSON.parse(await text()),
    text,
  };
  // Google's clients take the stream of each response but seldom read it, so it is made on demand.
  const body = () => (BODILESS.has(status) ? null : ReadableStream.from([new Uint8Array(whole())]));
  return Object.defineProperty(Object.assign(response, reads), 'body', { get: body });
}

/** Gives `undefined` for a request whose body is not text. */
function inOnePiece(
  url: string | URL | Request,
  init: RequestInit = {},
): RequestInOnePiece | undefined {
  const { body = null } = init;
  if (url instanceof Request || !(body === null || typeof body === 'string')) return undefined;
  return { url, init: { ...init, body } };
}

function send(
  { url, init: { method = 'GET', headers, body, signal } }: RequestInOnePiece,
  take?: Take,
): Promise<WholeResponse> {
  const at = new URL(url);
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const options = {
      method,
      headers: Object.fromEntries(headers instanceof Headers ? headers : new Headers(headers)),
    };
    const sent =
      at.protocol === 'https:'
        ? overHttps(at, options)
        : overHttp(at, { ...options, agent: noProxy });
    // `signal` as an option of the request would get eight listeners.
    const end = () => sent.destroy(signal?.reason);
    signal?.addEventListener('abort', end);
    sent.once('close', () => signal?.removeEventListener('abort', end));
    sent.on('error', reject);
    sent.once('response', (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      let bytes = new ArrayBuffer();
      let length = 0;
      response.on('error', reject);
      // Copy each piece at once. A list of pieces would stay in memory until V8 collects the whole heap.
      response.on('data', (piece: Buffer) => {
        if (take && status === 200) return take(piece);
        const needed = length + piece.length;
        if (needed > bytes.byteLength) bytes = bytes.transfer(Math.max(needed, 2 * length));
        new Uint8Array(bytes).set(piece, length);
        length = needed;
      });
      response.once('end', () =>
        resolve({
          status,
          type: answered['content-type'],
          date: answered.date,
          bytes: bytes.transfer(length),
        }),
      );
    });
    sent.end(body);
  });
}
