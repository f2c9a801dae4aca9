import pLimit from 'p-limit';
import roles from '../../deploy/roles.json' with { type: 'json' };
import type { Chain, Kind } from '../../shared/domain/chain/chain.ts';
import { definitionOf, digestOf } from '../../shared/domain/chain/definition.ts';
import { parseChainFiles } from '../../shared/domain/chain-file/parse.ts';
import type { MintRequestMessage } from '../../shared/domain/rotation/messages.ts';
import { CHAINS, CHAINS_URL, compiled } from '../../test/functions/chains-bucket.ts';
import {
  emailOf,
  FANOUT,
  MINTER,
  RELAY,
  seedOf,
  TARGET,
} from '../../test/functions/rotation-world.ts';
import { FUNCTIONS } from '../processes/image.ts';
import { type Deployed, type Env, startFunction } from '../processes/process.ts';
import { type Cloud, openCloud } from './cloud.ts';

export const AUDITOR = emailOf('hopmint-audit');

/** The credentials as they are written in a chain file. */
const CREDENTIALS: Readonly<Record<Kind, object>> = {
  'access-token': { kind: 'access-token', scopes: ['https://www.googleapis.com/auth/bigquery'] },
  'id-token': { kind: 'id-token', audience: 'https://partner.example.com' },
  'signed-jwt': { kind: 'signed-jwt', claims: { aud: 'https://firestore.googleapis.com/' } },
  'signed-blob': { kind: 'signed-blob', payload: { text: 'release 42' } },
};

/** Chains with one delegate each, and a local cloud with their accounts and secrets. */
export type Fleet = AsyncDisposable & {
  readonly cloud: Cloud;
  readonly chains: readonly Chain[];
  /** The environment of one of our functions. */
  envOf(name: 'fanout' | 'mint'): Promise<Env>;
  /** Starts one of our functions. @param more more variables of its environment */
  deploy(name: 'fanout' | 'mint', more?: Env): Promise<Deployed>;
  /** Moves the clock of the local cloud, the functions and the messages. */
  advance(minutes: number): Promise<void>;
  /** The message that `fanout` publishes for a chain. @param replaces the current version of its secret, or 0 */
  messageFor(chain: Chain, replaces: number): MintRequestMessage;
  /** Rotates each of the chains once, by default all chains. @returns the time in milliseconds */
  rotate(mint: Deployed, atOnce: number, some?: readonly Chain[]): Promise<number>;
  /** The versions of all secrets that are not destroyed. */
  versionsAlive(): Promise<number>;
  /** @throws {Error} when `mint` skipped a rotation: then the measurements are wrong */
  check(): Promise<void>;
};

/** The parts of a secret in the state of the local cloud that are used here. */
type SecretState = {
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  readonly versions: readonly { readonly state: string }[];
};

export async function openFleet(count: number, kind: Kind = 'access-token'): Promise<Fleet> {
  const text = JSON.stringify({
    caller: MINTER,
    chains: Array.from({ length: count }, (_, i) => ({
      name: `chain-${i}`,
      delegates: [RELAY],
      target: TARGET,
      credential: CREDENTIALS[kind],
      secret: `projects/acme-ops/secrets/chain-${i}`,
    })),
  });
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], new Date());
  if (!file) throw new Error(faults[0]?.message);
  const { chains, caller } = file;
  const cloud = await openCloud({
    ...worldOf(chains),
    objects: [{ ...CHAINS, text: compiled(text) }],
  });
  const versions = new Map<string, number>();
  let aheadMs = 0;

  const messageFor = (chain: Chain, replaces: number): MintRequestMessage => ({
    chain: chain.name,
    definition: definitionOf(chain, caller),
    digest: digestOf(chain, caller),
    replaces,
    notAfter: new Date(Date.now() + aheadMs + 120_000).toISOString(),
    forcedAt: new Date(Date.now() + aheadMs).toISOString(),
  });
  const readSecrets = async () => {
    const answer = await fetch(`${cloud.url}/_local/state`);
    return ((await answer.json()) as { secrets: SecretState[] }).secrets;
  };
  const fleet: Fleet = {
    cloud,
    chains,
    async envOf(name) {
      return {
        HOPMINT_CLOUD: cloud.url,
        HOPMINT_CHAINS: CHAINS_URL,
        HOPMINT_PROJECT: 'acme-ops',
        ...(await identityOf(cloud, name === 'mint' ? MINTER : FANOUT)),
      };
    },
    deploy: async (name, more = {}) =>
      startFunction(FUNCTIONS, name, { ...(await fleet.envOf(name)), ...more }),
    async advance(minutes) {
      aheadMs += minutes * 60_000;
      await cloud.advance(minutes);
    },
    messageFor,
    async rotate(mint, atOnce, some = chains) {
      const limit = pLimit(atOnce);
      const pushes = some.map((chain) => pushed(messageFor(chain, versions.get(chain.name) ?? 0)));
      const startedAt = performance.now();
      await Promise.all(pushes.map((event) => limit(() => send(mint, event))));
      const took = performance.now() - startedAt;
      for (const { name } of some) versions.set(name, (versions.get(name) ?? 0) + 1);
      return took;
    },
    async versionsAlive() {
      const states = (await readSecrets()).flatMap(({ versions }) => versions);
      return states.filter(({ state }) => state !== 'DESTROYED').length;
    },
    async check() {
      const secrets = await readSecrets();
      const current = new Map(secrets.map((s) => [s.name, s.annotations['hopmint-current']]));
      const skipped = chains.filter(
        ({ name, secret }) => current.get(secret) !== String(versions.get(name)),
      );
      if (skipped.length > 0) {
        throw new Error(`mint skipped rotations of ${skipped.length} chains`);
      }
    },
    async [Symbol.asyncDispose]() {
      await cloud[Symbol.asyncDispose]();
    },
  };
  return fleet;
}

/** The world of the tests of rotations, with an account that may audit it. */
function worldOf(chains: readonly Chain[]): object {
  const { projects, accounts, roles: custom, ...world } = seedOf(chains);
  const role = 'projects/acme-ops/roles/hopmintAudit';
  const auditBinding = { role, members: [`serviceAccount:${AUDITOR}`] };
  return {
    ...world,
    projects: projects.map(({ id, policy }) => ({
      id,
      policy: { bindings: [...policy.bindings, auditBinding] },
    })),
    accounts: [...accounts, { email: AUDITOR }],
    roles: [...custom, { name: role, includedPermissions: roles.hopmintAudit.includedPermissions }],
  };
}

/** The variables that give a process its identity, as on Cloud Run. */
export const identityOf = async (cloud: Cloud, account: string): Promise<Env> => ({
  GCE_METADATA_HOST: await cloud.metadata(account),
  METADATA_SERVER_DETECTION: 'assume-present',
  PATH: '/nonexistent', // google-auth-library would start gcloud to find the project, but the image has no gcloud
});

/** An HTTP request to a function. */
export type Event = { readonly path: string; readonly body?: object };

/** The request with which Pub/Sub pushes a message. */
export const pushed = (message: object): Event => ({
  path: '/projects/acme-ops/topics/hopmint-mint',
  body: {
    message: { data: Buffer.from(JSON.stringify(message)).toString('base64'), messageId: '1' },
    subscription: 'projects/acme-ops/subscriptions/hopmint-mint',
  },
});

/** Sends a request. @throws {Error} when the function responds with an error, so that Pub/Sub would push again */
export async function send({ url }: Pick<Deployed, 'url'>, { path, body }: Event): Promise<void> {
  const response = await fetch(url + path, {
    method: body ? 'POST' : 'GET',
    headers: { 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  await response.arrayBuffer();
  if (!response.ok) throw new Error(`the response to ${path} has status ${response.status}`);
}
