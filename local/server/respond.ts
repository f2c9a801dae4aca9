import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ApiError } from '../core/api-error.ts';
import { HttpResponse } from '../core/http-response.ts';
import type { Principal } from '../core/principal.ts';
import { spendQuota } from '../core/quotas.ts';
import { authenticate } from '../identity/authenticate.ts';
import type { State } from '../state/state.ts';
import { API_METHODS } from './api-methods.ts';
import { faultError, triggerFault } from './faults.ts';
import { logRequest } from './request-log.ts';
import { type Route, routerOf } from './router.ts';
import { checkScopes } from './scopes.ts';

/** A request, whatever brought it. */
export type HttpRequest = {
  readonly verb: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  body(): Promise<Buffer>;
};

const route = routerOf(API_METHODS);

/** @returns what Google would answer, or `cut` where the connection is to be cut in place of an answer */
export async function respond(
  state: State,
  { verb, target, headers, body }: HttpRequest,
  log: (line: string) => void,
): Promise<HttpResponse | 'cut'> {
  const time = state.now().toISOString();
  const url = new URL(target, 'http://local');
  let found: Route | undefined;
  let caller: Principal | undefined;
  let reply: HttpResponse;
  const pretty = isPretty(url.searchParams);
  const note = (status: number) => {
    if (found?.apiMethod.api === 'local') return;
    logRequest(state, {
      time,
      method: verb,
      path: url.pathname,
      ...(found && { api: found.apiMethod.api, apiMethod: found.apiMethod.name }),
      identity: caller?.member ?? 'anonymous',
      status,
    });
  };
  const cut = () => {
    note(0);
    return 'cut' as const;
  };

  const fault = triggerFault(state, verb, target);
  if (fault?.latencyMs) await setTimeout(fault.latencyMs, undefined, { ref: false });
  if (fault?.reset) return cut();
  const rawBody = await body().catch(() => undefined);
  if (rawBody === undefined) return cut(); // the client went away
  try {
    checkIsLocal(headers);
    found = route(verb, url.pathname);
    if (found === undefined) {
      log(`no route for ${verb} ${url.pathname}`);
      throw new ApiError('NOT_FOUND', `Method not found: ${verb} ${url.pathname}.`);
    }
    const { apiMethod, params } = found;
    if (!apiMethod.anonymous) {
      caller = authenticate(state, headers.authorization);
      checkScopes(apiMethod, caller);
    }
    spendQuota(state, apiMethod, { params, headers }, caller);
    if (fault?.status) throw faultError(fault.status);
    const answered = await apiMethod.run(state, {
      params,
      query: url.searchParams,
      rawBody,
      get body() {
        return parseJson(rawBody);
      },
      headers,
      caller,
    });
    reply = answered instanceof HttpResponse ? answered : json(200, answered, pretty);
  } catch (error) {
    const report = (bug: string) => log(`bug in ${found?.apiMethod.name ?? url.pathname}: ${bug}`);
    reply = refusal(error, pretty, report);
  }
  if (fault?.loseAnswer) return cut();
  note(reply.status);
  return reply;
}

/** A web page must not reach a cloud whose every answer may be a credential: not by its own origin, nor by a name that it made resolve here. */
function checkIsLocal(headers: IncomingHttpHeaders): void {
  if (headers.origin !== undefined) {
    throw new ApiError('PERMISSION_DENIED', 'The local cloud does not answer web pages.');
  }
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '')) {
    throw new ApiError('PERMISSION_DENIED', 'The local cloud answers to loopback names only.');
  }
}

function parseJson(rawBody: Buffer): unknown {
  if (rawBody.length === 0) return {};
  try {
    return JSON.parse(rawBody.toString());
  } catch {
    throw new ApiError('INVALID_ARGUMENT', 'Invalid JSON payload received. Unexpected token.');
  }
}

/** In lines, unless the caller says otherwise. @see https://cloud.google.com/apis/docs/system-parameters */
const isPretty = (query: URLSearchParams): boolean =>
  !['0', 'false'].includes(query.get('$prettyPrint') ?? query.get('prettyPrint') ?? '');

const json = (status: number, body: unknown, pretty: boolean): HttpResponse =>
  new HttpResponse(
    status,
    { 'content-type': 'application/json; charset=UTF-8' },
    pretty ? `${JSON.stringify(body ?? {}, null, 2)}\n` : JSON.stringify(body ?? {}),
  );

function refusal(error: unknown, pretty: boolean, report: (bug: string) => void): HttpResponse {
  if (error instanceof ApiError) {
    const { status, headers, body } = json(error.httpStatus, error, pretty);
    const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' };
    return new HttpResponse(
      status,
      error.httpStatus === 401 ? { ...headers, ...challenge } : headers,
      body,
    );
  }
  report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return json(500, new ApiError('INTERNAL', 'Internal error encountered.'), pretty);
}
