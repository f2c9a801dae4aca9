import type { IncomingHttpHeaders } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { type Principal, Reply } from '../core/action.ts';
import { spendQuota } from '../core/quotas.ts';
import { Status } from '../core/status.ts';
import { authenticate } from '../identity/tokens.ts';
import type { State } from '../state/state.ts';
import { failureOf, strike } from './faults.ts';
import { ACTIONS } from './methods.ts';
import { logRequest } from './request-log.ts';
import { type Route, routerOf } from './router.ts';
import { checkScopes } from './scopes.ts';

/** A request, whatever brought it. */
export type Incoming = {
  readonly verb: string;
  /** Path and query, as they came. */
  readonly target: string;
  readonly headers: IncomingHttpHeaders;
  body(): Promise<Buffer>;
};

const route = routerOf(ACTIONS);

/** @returns what Google would answer, or `cut` where the connection is to be cut in place of an answer */
export async function answer(
  state: State,
  { verb, target, headers, body }: Incoming,
  log: (line: string) => void,
): Promise<Reply | 'cut'> {
  const time = state.now().toISOString();
  const url = new URL(target, 'http://local');
  let found: Route | undefined;
  let caller: Principal | undefined;
  let reply: Reply;
  const pretty = isPretty(url.searchParams);
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
    note(0);
    return 'cut' as const;
  };

  const fault = strike(state, verb, target);
  if (fault?.latencyMs) await setTimeout(fault.latencyMs, undefined, { ref: false });
  if (fault?.reset) return cut();
  const raw = await body().catch(() => undefined);
  if (raw === undefined) return cut(); // the client went away
  try {
    checkIsLocal(headers);
    found = route(verb, url.pathname);
    if (found === undefined) {
      log(`no route for ${verb} ${url.pathname}`);
      throw new Status('NOT_FOUND', `Method not found: ${verb} ${url.pathname}.`);
    }
    const { action, params } = found;
    if (!action.anonymous) {
      caller = authenticate(state, headers.authorization);
      checkScopes(action, caller);
    }
    spendQuota(state, action, { params, headers }, caller);
    if (fault?.status) throw failureOf(fault.status);
    const answered = await action.run(state, {
      params,
      query: url.searchParams,
      raw,
      get body() {
        return parseJson(raw);
      },
      headers,
      caller,
    });
    reply = answered instanceof Reply ? answered : json(200, answered, pretty);
  } catch (error) {
    const report = (bug: string) => log(`bug in ${found?.action.method ?? url.pathname}: ${bug}`);
    reply = refusal(error, pretty, report);
  }
  if (fault?.loseAnswer) return cut();
  note(reply.status);
  return reply;
}

/** A web page must not reach a cloud whose every answer may be a credential: not by its own origin, nor by a name that it made resolve here. */
function checkIsLocal(headers: IncomingHttpHeaders): void {
  if (headers.origin !== undefined) {
    throw new Status('PERMISSION_DENIED', 'The local cloud does not answer web pages.');
  }
  if (!/^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(headers.host ?? '')) {
    throw new Status('PERMISSION_DENIED', 'The local cloud answers to loopback names only.');
  }
}

function parseJson(raw: Buffer): unknown {
  if (raw.length === 0) return {};
  try {
    return JSON.parse(raw.toString());
  } catch {
    throw new Status('INVALID_ARGUMENT', 'Invalid JSON payload received. Unexpected token.');
  }
}

/** In lines, unless the caller says otherwise. @see https://cloud.google.com/apis/docs/system-parameters */
const isPretty = (query: URLSearchParams): boolean =>
  !['0', 'false'].includes(query.get('$prettyPrint') ?? query.get('prettyPrint') ?? '');

const json = (status: number, body: unknown, pretty: boolean): Reply =>
  new Reply(
    status,
    { 'content-type': 'application/json; charset=UTF-8' },
    pretty ? `${JSON.stringify(body ?? {}, null, 2)}\n` : JSON.stringify(body ?? {}),
  );

function refusal(error: unknown, pretty: boolean, report: (bug: string) => void): Reply {
  if (error instanceof Status) {
    const { status, headers, body } = json(error.http, error, pretty);
    const challenge = { 'www-authenticate': 'Bearer realm="https://accounts.google.com/"' };
    return new Reply(status, error.http === 401 ? { ...headers, ...challenge } : headers, body);
  }
  report(error instanceof Error ? (error.stack ?? error.message) : String(error));
  return json(500, new Status('INTERNAL', 'Internal error encountered.'), pretty);
}
