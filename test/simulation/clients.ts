import { OAuth2Client } from 'google-auth-library';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { topicsOf } from '../../shared/google/pubsub.ts';
import { secretsOf } from '../../shared/google/secret-manager.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import type { Wire } from '../../shared/google/wire/wire.ts';

/** Stands for whatever local cloud an instance is given: clients outlive it. */
export const ANYWHERE = 'http://127.0.0.1:1';
export const HOSTS = hostsOf(ANYWHERE);

/** Google's own clients are given its fetch as well, and read more of an answer than we do. */
export type Network = Omit<Wire, 'fetch'> & { readonly fetch: typeof fetch };
type Line = { wire: Network; token: string };

/** Google's clients are dear to make and keep nothing: an instance that is gone leaves its own to the next. */
type Clients = {
  readonly line: Line;
  readonly client: OAuth2Client;
  readonly wire: Network;
  readonly secrets: Cloud['secrets'];
  readonly topics: Cloud['topics'];
};
const free: Clients[] = [];

function newClients(line: Line): Clients {
  const wire: Network = {
    fetch: (url, init) => line.wire.fetch(url, init),
    callTimeoutMs: line.wire.callTimeoutMs,
    listTimeoutMs: line.wire.listTimeoutMs,
    elapsedMs: () => line.wire.elapsedMs(),
    wait: (ms, signal) => line.wire.wait(ms, signal),
    random: () => line.wire.random(),
  };
  const client = new OAuth2Client({ transporterOptions: { fetchImplementation: wire.fetch } });
  const identity = async () => client;
  return {
    line,
    client,
    wire,
    secrets: secretsOf(identity, HOSTS, wire),
    topics: topicsOf(identity, HOSTS, wire),
  };
}

/** As `googleCloud`; and how to give its clients back, when no call of it is under way. */
export function cloudOf(
  email: string,
  line: Line,
  now: () => Date,
): { readonly cloud: ReturnType<typeof googleCloud>; readonly giveBack: () => void } {
  const clients = free.pop() ?? newClients({ ...line });
  Object.assign(clients.line, line);
  clients.client.setCredentials({ access_token: line.token });
  const { client, wire, secrets, topics } = clients;
  const self = { identity: async () => client, email: async () => email };
  return {
    // What of it keeps something, as published keys, is new.
    cloud: { ...googleCloud(HOSTS, self, now, wire), secrets, topics },
    giveBack: () => free.push(clients),
  };
}
