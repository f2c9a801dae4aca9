import { OAuth2Client } from 'google-auth-library';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { topicsOf } from '../../shared/google/pubsub.ts';
import { secretsOf } from '../../shared/google/secret-manager/secret-manager.ts';
import type { Take } from '../../shared/google/wire/fetch.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import type { Wire } from '../../shared/google/wire/wire.ts';

/** The clients call this URL. `fetch` replaces it by the URL of a local cloud, because the clients live longer than a local cloud. */
export const PLACEHOLDER_URL = 'http://127.0.0.1:1';
export const HOSTS = hostsOf(PLACEHOLDER_URL);

/** The `Wire` with the full type of `fetch`, because Google's own clients use it too. */
export type Network = Omit<Wire, 'fetch'> & { readonly fetch: typeof fetch };
type Connection = { wire: Network; token: string };

/** Google's clients are expensive to make and remember nothing, so an instance reuses the clients of one that has ended. */
type Clients = {
  readonly connection: Connection;
  readonly client: OAuth2Client;
  readonly wire: Wire;
  readonly secrets: Cloud['secrets'];
  readonly topics: Cloud['topics'];
};
const free: Clients[] = [];

function newClients(connection: Connection): Clients {
  const wire = {
    fetch: async (url: string | URL | Request, init?: RequestInit, take?: Take) => {
      const response = await connection.wire.fetch(url, init);
      if (!take || response.status !== 200) return response;
      take(new Uint8Array(await response.arrayBuffer()));
      return new Response();
    },
    callTimeoutMs: connection.wire.callTimeoutMs,
    listTimeoutMs: connection.wire.listTimeoutMs,
    elapsedMs: () => connection.wire.elapsedMs(),
    wait: (ms: number, signal: AbortSignal) => connection.wire.wait(ms, signal),
    random: () => connection.wire.random(),
  };
  const client = new OAuth2Client({ transporterOptions: { fetchImplementation: wire.fetch } });
  const identity = async () => client;
  return {
    connection,
    client,
    wire,
    secrets: secretsOf(identity, HOSTS, wire),
    topics: topicsOf(identity, HOSTS, wire),
  };
}

/** A `googleCloud`. Call `release` when no call is in progress any more: its clients are then reused. */
export function cloudOf(
  email: string,
  connection: Connection,
  now: () => Date,
): { readonly cloud: ReturnType<typeof googleCloud>; readonly release: () => void } {
  const clients = free.pop() ?? newClients({ ...connection });
  Object.assign(clients.connection, connection);
  clients.client.setCredentials({ access_token: connection.token });
  const { client, wire, secrets, topics } = clients;
  const self = { identity: async () => client, email: async () => email };
  return {
    // Only these clients remember nothing. The other parts are new, because they cache, for example, published keys.
    cloud: { ...googleCloud(HOSTS, now, self, wire), secrets, topics },
    release: () => free.push(clients),
  };
}
