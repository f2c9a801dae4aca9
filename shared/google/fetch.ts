import { request as overHttp } from 'node:http';
import { request as overHttps } from 'node:https';

/** `status` and `text` of a `Response`. */
export type Answer = Pick<Response, 'status' | 'text'>;

type Asked = { readonly url: string | URL; readonly init: RequestInit & { body?: string | null } };
type Whole = { readonly status: number; readonly type: string | undefined; readonly body: Buffer };

/** Statuses that have no body, as `Response` knows them. */
const BODILESS = new Set([204, 205, 304]);

const UTF8 = new TextDecoder();

/**
 * As the global `fetch`, for what is sent in one piece, over Node's own agents, which keep a connection for some seconds. It follows no
 * redirect: a bearer token goes to the host it was meant for.
 *
 * functions-framework runs every event in a domain, which follows every promise, and the global `fetch` makes so many that it takes three
 * times the CPU of this.
 *
 * @throws {Error} when there is no whole answer, or the signal aborts
 */
export async function leanFetch(
  url: string | URL | Request,
  init?: RequestInit,
): Promise<Response> {
  const asked = inOnePiece(url, init);
  if (!asked) return fetch(url, { ...init, redirect: 'error' });
  const { status, type, body } = await send(asked);
  return new Response(BODILESS.has(status) ? null : body, {
    status,
    headers: type === undefined ? {} : { 'content-type': type },
  });
}

/** As `leanFetch`, for who reads nothing else of the answer: the streams of a `Response` take a third as much CPU as the call itself. */
export async function leanAnswer(url: string | URL | Request, init?: RequestInit): Promise<Answer> {
  const asked = inOnePiece(url, init);
  if (!asked) return fetch(url, { ...init, redirect: 'error' });
  const { status, body } = await send(asked);
  return { status, text: async () => UTF8.decode(body) };
}

function inOnePiece(url: string | URL | Request, init: RequestInit = {}): Asked | undefined {
  const { body = null } = init;
  if (url instanceof Request || !(body === null || typeof body === 'string')) return undefined;
  return { url, init: { ...init, body } };
}

function send({ url, init: { method = 'GET', headers, body, signal } }: Asked): Promise<Whole> {
  const at = new URL(url);
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted();
    const sent = (at.protocol === 'https:' ? overHttps : overHttp)(at, {
      method,
      headers: Object.fromEntries(headers instanceof Headers ? headers : new Headers(headers)),
    });
    // An option of the request, the signal would be listened to by eight.
    const end = () => sent.destroy(signal?.reason);
    signal?.addEventListener('abort', end);
    sent.once('close', () => signal?.removeEventListener('abort', end));
    sent.on('error', reject);
    sent.once('response', (response) => {
      const { statusCode: status = 0, headers: answered } = response;
      const pieces: Buffer[] = [];
      response.on('error', reject);
      response.on('data', (piece: Buffer) => pieces.push(piece));
      response.once('end', () =>
        resolve({ status, type: answered['content-type'], body: Buffer.concat(pieces) }),
      );
    });
    sent.end(body);
  });
}
