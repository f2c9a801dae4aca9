import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { principalOf } from '../core/principal.ts';
import type { ServiceAccount } from '../state/service-account.ts';
import type { State } from '../state/state.ts';
import { issueToken } from './access-tokens.ts';
import { idTokenFor } from './id-token.ts';
import { METADATA_SCOPES, metadataAt, readMetadata } from './metadata-tree.ts';

const LIFETIME_SECONDS = 3600;
/** As at Google: a token that is valid for longer than this is returned again. */
const REUSED_ABOVE_MS = 300_000;
const SERVER_HEADERS = { 'metadata-flavor': 'Google', server: 'Metadata Server for VM' };

/** The tokens that one metadata server issued, by their scopes. */
type IssuedTokens = Map<string, { accessToken: string; expireTime: Date }>;
type MetadataResponse = { status: number; body: string; type?: string };

/**
 * Starts a metadata server whose only identity is the account. It listens on its own loopback port until the cloud closes.
 * A second call for the same account returns the running server.
 *
 * @returns `127.0.0.1:PORT`, for `GCE_METADATA_HOST`
 * @see https://cloud.google.com/compute/docs/metadata/predefined-metadata-keys
 */
export function startMetadataServer(state: State, account: ServiceAccount): Promise<string> {
  const running = state.metadataServers.get(account.uniqueId);
  if (running !== undefined) return running;
  const issued: IssuedTokens = new Map();
  const server = createServer(async (request, response) => {
    request.resume();
    const { status, body, type } = await respond(state, account, issued, request).catch(() => ({
      status: 500,
      body: 'Internal Server Error',
      type: undefined,
    }));
    response
      .writeHead(status, { ...SERVER_HEADERS, 'content-type': type ?? 'application/text' })
      .end(body);
  });
  const started = new Promise<string>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', () => {
      resolve(`127.0.0.1:${(server.address() as AddressInfo).port}`);
    });
  });
  state.metadataServers.set(account.uniqueId, started);
  state.cleanups.add(() => {
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    return closed;
  });
  return started;
}

async function respond(
  state: State,
  account: ServiceAccount,
  issued: IssuedTokens,
  { headers, url }: IncomingMessage,
): Promise<MetadataResponse> {
  const { pathname, searchParams: query } = new URL(url ?? '/', 'http://metadata');
  const isOwnHost = /^(127\.0\.0\.1|localhost|metadata\.google\.internal)(:\d+)?$/;
  if (headers.origin ?? headers['x-forwarded-for'] ?? !isOwnHost.test(headers.host ?? '')) {
    return { status: 403, body: 'Forbidden' };
  }
  if (pathname === '/') return { status: 200, body: 'computeMetadata/\n' };
  if (headers['metadata-flavor'] !== 'Google') {
    return { status: 403, body: 'Missing Metadata-Flavor:Google header.' };
  }
  const path = pathname.replace(/^\/computeMetadata\/v1(\/|$)/, '').replace(/\/$/, '');
  const [, name, key] = /^instance\/service-accounts\/([^/]+)\/(\w+)$/.exec(path) ?? [];
  const isOwnAccount = name === 'default' || name === account.email;
  if (isOwnAccount && (account.disabled || account.deleted)) {
    return { status: 404, body: 'The service account is disabled or deleted.' };
  }
  if (isOwnAccount && key === 'token') {
    const body = JSON.stringify(tokenResponse(state, account, issued, query.get('scopes')));
    return { status: 200, body, type: 'application/json' };
  }
  if (isOwnAccount && key === 'identity') {
    const audience = query.get('audience');
    if (!audience) return { status: 400, body: 'non-empty audience parameter required' };
    const includeEmail = query.get('format') === 'full';
    const body = await idTokenFor(state, account, { audience, includeEmail, clock: 'machine' });
    return { status: 200, body };
  }
  const metadata = metadataAt(state, account, path);
  if (metadata === undefined) return { status: 404, body: 'Not Found' };
  return { status: 200, ...readMetadata(metadata, query) };
}

function tokenResponse(
  state: State,
  account: ServiceAccount,
  issued: IssuedTokens,
  requestedScopes: string | null,
): object {
  const scopes = requestedScopes?.split(',').filter(Boolean) ?? METADATA_SCOPES;
  const now = state.machineTime().getTime();
  let token = issued.get(scopes.join());
  if (token === undefined || token.expireTime.getTime() - now < REUSED_ABOVE_MS) {
    token = issueToken(state, principalOf(account), scopes, LIFETIME_SECONDS, 'machine');
    issued.set(scopes.join(), token);
  }
  return {
    access_token: token.accessToken,
    expires_in: Math.floor((token.expireTime.getTime() - now) / 1000),
    token_type: 'Bearer',
  };
}
