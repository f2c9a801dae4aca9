import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { principalOf } from '../authorization/authorize.ts';
import type { ServiceAccount, State } from '../state/state.ts';
import { idTokenFor } from './id-token.ts';
import { METADATA_SCOPES, metadataAt, readMetadata } from './metadata-tree.ts';
import { issueToken } from './tokens.ts';

const LIFETIME_SECONDS = 3600;
/** As Google's server does: a token is given out again while it has this left. */
const REUSED_ABOVE_MS = 300_000;
const FLAVOR = { 'metadata-flavor': 'Google', server: 'Metadata Server for VM' };

/** Tokens that were given out, by their scopes. */
type Given = Map<string, { accessToken: string; expireTime: Date }>;
type Answer = { status: number; body: string; type?: string };

/**
 * A metadata server whose one identity is the account, on a loopback port of its own until the cloud closes. One per account.
 *
 * @returns `127.0.0.1:PORT`, for `GCE_METADATA_HOST`
 * @see https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
 */
export function startMetadataServer(state: State, account: ServiceAccount): Promise<string> {
  const running = state.metadataServers.get(account.uniqueId);
  if (running !== undefined) return running;
  const given: Given = new Map();
  const server = createServer(async (request, response) => {
    request.resume();
    const { status, body, type } = await answer(state, account, given, request).catch(() => ({
      status: 500,
      body: 'Internal Server Error',
      type: undefined,
    }));
    response.writeHead(status, { ...FLAVOR, 'content-type': type ?? 'application/text' }).end(body);
  });
  const started = new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
  state.metadataServers.set(account.uniqueId, started);
  state.closers.add(() => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  return started;
}

async function answer(
  state: State,
  account: ServiceAccount,
  given: Given,
  { headers, url }: IncomingMessage,
): Promise<Answer> {
  const { pathname, searchParams: query } = new URL(url ?? '/', 'http://metadata');
  const isHere = /^(127\.0\.0\.1|localhost|metadata\.google\.internal)(:\d+)?$/;
  if (headers.origin ?? headers['x-forwarded-for'] ?? !isHere.test(headers.host ?? '')) {
    return { status: 403, body: 'Forbidden' };
  }
  if (pathname === '/') return { status: 200, body: 'computeMetadata/\n' };
  if (headers['metadata-flavor'] !== 'Google') {
    return { status: 403, body: 'Missing Metadata-Flavor:Google header.' };
  }
  const path = pathname.replace(/^\/computeMetadata\/v1(\/|$)/, '').replace(/\/$/, '');
  const [, name, what] = /^instance\/service-accounts\/([^/]+)\/(\w+)$/.exec(path) ?? [];
  const isOwn = name === 'default' || name === account.email;
  if (isOwn && (account.disabled || account.deleted)) {
    return { status: 404, body: 'The service account is disabled or deleted.' };
  }
  if (isOwn && what === 'token') {
    const body = JSON.stringify(tokenOf(state, account, given, query.get('scopes')));
    return { status: 200, body, type: 'application/json' };
  }
  if (isOwn && what === 'identity') {
    const audience = query.get('audience');
    if (!audience) return { status: 400, body: 'non-empty audience parameter required' };
    const includeEmail = query.get('format') === 'full';
    const body = await idTokenFor(state, account, { audience, includeEmail, clock: 'wall' });
    return { status: 200, body };
  }
  const found = metadataAt(state, account, path);
  if (found === undefined) return { status: 404, body: 'Not Found' };
  return { status: 200, ...readMetadata(found, query) };
}

function tokenOf(
  state: State,
  account: ServiceAccount,
  given: Given,
  asked: string | null,
): object {
  const scopes = asked?.split(',').filter(Boolean) ?? METADATA_SCOPES;
  const now = state.wall().getTime();
  let token = given.get(scopes.join());
  if (token === undefined || token.expireTime.getTime() - now < REUSED_ABOVE_MS) {
    token = issueToken(state, principalOf(account), scopes, LIFETIME_SECONDS, 'wall');
    given.set(scopes.join(), token);
  }
  return {
    access_token: token.accessToken,
    expires_in: Math.floor((token.expireTime.getTime() - now) / 1000),
    token_type: 'Bearer',
  };
}
