import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { ApiError } from '../core/api-error.ts';
import { HttpResponse } from '../core/http-response.ts';
import type { Principal } from '../core/principal.ts';
import { spendQuota } from '../core/quotas.ts';
import { checkRequest, responseFault } from '../discovery/check-wire.ts';
import { authenticate } from '../identity/authenticate.ts';
import { runAudited } from '../services/logging/audit/run-audited.ts';
import type { State } from '../state/state.ts';
import { API_METHODS } from './api-methods.ts';
import { wantsNumbers, withEnumNumbers } from './enum-encoding.ts';
import { faultError, triggerFault } from './faults.ts';
import { withFields } from './fields-mask.ts';
import { ListedError } from './listed-error.ts';
import { logRequest } from './request-log.ts';
import { type Route, routerOf } from './router.ts';
import { checkScopes } from './scopes.ts';
import { withMethod } from './unauthenticated.ts';

/** An HTTP request, from a socket or from `fetch`. */
export type HttpRequest = {
  readonly httpMethod: string;
  /** Path and query, not decoded. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  body(): Promise<Buffer>;
};

const findRoute = routerOf(API_METHODS);

/** @returns the response that Google would send, or `reset` when the caller must reset the connection instead */
export async function respond(
  state: State,
  { httpMethod, target, headers, body }: HttpRequest,
  log: (line: string) => void,
): Promise<HttpResponse | 'reset'> {
  const time = state.now().toISOString();
  const url = new URL(target, 'http://local');
  let route: Route | undefined;
  let caller: Principal | undefined;
  let response: HttpResponse;
  const pretty = isPretty(url.searchParams);
  const record = (status: number) => {
    if (route?.apiMethod.api === 'local') return;
    logRequest(state, {
      time,
      method: httpMethod,
      path: url.pathname,
      ...(route && { api: route.apiMethod.api, apiMethod: route.apiMethod.name }),
      identity: caller?.member ?? 'anonymous',
      status,
    });
  };
  const reset = () => {
    record(0);
    return 'reset' as const;
  };

  const fault = triggerFault(state, httpMethod, target);
  if (fault?.latencyMs) await setTimeout(fault.latencyMs, undefined, { ref: false });
  if (fault?.reset) return reset();
  const rawBody = await body().catch(() => undefined);
  if (rawBody === undefined) return reset(); // the client closed the connection
  try {
    checkIsLocal(headers);
    route = findRoute(httpMethod, url.pathname);
    if (route === undefined) {
      log(`no route for ${httpMethod} ${url.pathname}`);
      throw new ApiError(
        'UNIMPLEMENTED',
        `The local cloud has no method ${httpMethod} ${url.pathname}. docs/local-cloud.md lists the methods that it has.`,
      );
    }
    const { apiMethod, params } = route;
    if (!apiMethod.anonymous) {
      caller = { ...authenticate(state, headers.authorization), checks: [] };
      checkScopes(apiMethod, caller);
    }
    spendQuota(state, apiMethod, { params, headers }, caller);
    if (fault?.status) throw faultError(fault.status);
    checkRequest(apiMethod, url.searchParams, () => parseJson(rawBody));
    const result = await runAudited(state, apiMethod, {
      params,
      query: url.searchParams,
      rawBody,
      get body() {
        return parseJson(rawBody);
      },
      headers,
      caller,
    });
    const wrong = result instanceof HttpResponse ? undefined : responseFault(apiMethod, result);
    if (wrong) throw new TypeError(`the response is not Google's: ${wrong}`);
    response =
      result instanceof HttpResponse
        ? result
        : toJsonResponse(200, shaped(apiMethod.api, result, url.searchParams), pretty);
  } catch (error) {
    const report = (bug: string) => log(`bug in ${route?.apiMethod.name ?? url.pathname}: ${bug}`);
    response = toErrorResponse(inForm(error, route, url.searchParams), pretty, report);
  }
  if (fault?.loseAnswer) return reset();
  record(response.status);
  return response;
}

function shaped(api: string, result: unknown, query: URLSearchParams): unknown {
  const fields = query.get('$fields') ?? query.get('fields');
  const masked = fields ? withFields(result, fields) : result;
  return wantsNumbers(query) ? withEnumNumbers(api, masked) : masked;
}

/** The IAM API adds a list of errors if the client asks for JSON. */
function inForm(error: unknown, route: Route | undefined, query: URLSearchParams): unknown {
  if (!(error instanceof ApiError) || route === undefined) return error;
  if (error.code === 'UNAUTHENTICATED') return withMethod(error, route.apiMethod);
  const isListed = route.apiMethod.api === 'iam' && query.get('alt') === 'json';
  return isListed ? new ListedError(error) : error;
}

/**
 * Refuses a web page, because any response may be a credential. A page has an `Origin`, or reaches this machine by a host
 * name of its own that resolves to loopback.
 */
function checkIsLocal(headers: IncomingHttpHeaders): void {
  if (headers.origin !== undefined) {
    throw new ApiError('PERMISSION_DENIED', 'The local cloud does not respond to web pages.');
  }
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '')) {
    throw new ApiError(
      'PERMISSION_DENIED',
      'The local cloud only responds under a loopback host name.',
    );
  }
}

function parseJson(rawBody: Buffer): unknown {
  if (rawBody.length === 0) return {};
  try {
    return JSON.parse(rawBody.toString()) ?? {}; // an absent message
  } catch {
    throw new ApiError('INVALID_ARGUMENT', 'Invalid JSON payload received. Unexpected token.');
  }
}

/** Google indents JSON unless a parameter turns it off. @see https://cloud.google.com/apis/docs/system-parameters */
const isPretty = (query: URLSearchParams): boolean =>
  !['0', 'false'].includes(query.get('$prettyPrint') ?? query.get('prettyPrint') ?? '');

const toJsonResponse = (status: number, body: unknown, pretty: boolean): HttpResponse =>
  new HttpResponse(
    status,
    { 'content-type': 'application/json; charset=UTF-8' },
    pretty ? `${JSON.stringify(body ?? {}, null, 2)}\n` : JSON.stringify(body ?? {}),
  );

function toErrorResponse(
  error: unknown,
  pretty: boolean,
  report: (bug: string) => void,
): HttpResponse {
  if (error instanceof ApiError) {
    const { status, headers, body } = toJsonResponse(error.httpStatus, error, pretty);
    const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' };
    return new HttpResponse(status, status === 401 ? { ...headers, ...challenge } : headers, body);
  }
  report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return toJsonResponse(500, new ApiError('INTERNAL', 'Internal error encountered.'), pretty);
}
