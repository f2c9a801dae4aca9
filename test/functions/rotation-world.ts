import { OAuth2Client } from 'google-auth-library';
import ROLES from '../../deploy/roles.json' with { type: 'json' };
import { fanout } from '../../functions/fanout/fanout.ts';
import { heal } from '../../functions/fanout/heal.ts';
import type { MintContext } from '../../functions/mint/context.ts';
import { mint } from '../../functions/mint/rotate.ts';
import { oneAtATime } from '../../functions/runtime/one-at-a-time.ts';
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import type { SecretVersion } from '../../local/state/secret.ts';
import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { Chain, ChainFile, CredentialSpec } from '../../shared/domain/chain/chain.ts';
import { intentOf } from '../../shared/domain/chain/intent.ts';
import { type Ledger, parseLedger } from '../../shared/domain/rotation/ledger/ledger.ts';
import { hasChecks } from '../../shared/domain/rotation/tick/healing.ts';
import { EMPTY_MEMORY, type Memory } from '../../shared/domain/rotation/tick/tick-memory.ts';
import { googleCloud } from '../../shared/google/cloud.ts';
import { hostsOf } from '../../shared/google/wire/http.ts';
import { WIRE, type Wire } from '../../shared/google/wire/wire.ts';
import { versionOf } from '../domain/chain/versions.ts';
import { chainsBucket } from './chains-bucket.ts';

export const emailOf = (name: string, project = 'acme-ops') =>
  `${name}@${project}.iam.gserviceaccount.com`;
const memberOf = (email: string) => `serviceAccount:${email}`;
const TOKEN_CREATOR = 'roles/iam.serviceAccountTokenCreator';
const grantedTo = (...emails: string[]) => ({
  bindings: [{ role: TOKEN_CREATOR, members: emails.map(memberOf) }],
});

export const MINTER = emailOf('minter');
export const FANOUT = emailOf('hopmint-fanout');
export const RELAY = emailOf('relay');
export const VAULT = emailOf('vault', 'acme-data');
export const DEPOT = emailOf('depot', 'acme-data');
export const TARGET = emailOf('reader', 'acme-data');
export const TARGET_ID = '100000000000000000005';

export const SCOPE = 'https://www.googleapis.com/auth/bigquery.readonly';
/** An access token for an hour. */
export const TOKEN: CredentialSpec = {
  kind: 'access-token',
  scopes: [SCOPE],
  lifetimeSeconds: 3600,
};

/** A credential of each kind. */
export const SPECS = {
  'access-token': TOKEN,
  'id-token': { kind: 'id-token', audience: 'https://partner.example.com', includeEmail: true },
  'signed-jwt': {
    kind: 'signed-jwt',
    claims: { aud: 'https://firestore.googleapis.com/' },
    lifetimeSeconds: 3600,
    allowTokenExchange: false,
  },
  'signed-blob': {
    kind: 'signed-blob',
    payload: Buffer.from('release 42').toString('base64'),
    allowTokenExchange: false,
  },
} as const satisfies Readonly<Record<string, CredentialSpec>>;

/** minter → relay → vault → depot → target. Each account may also impersonate the target directly. */
const accounts = [
  { email: MINTER, uniqueId: '100000000000000000001' },
  { email: FANOUT },
  { email: RELAY, uniqueId: '100000000000000000002', policy: grantedTo(MINTER) },
  { email: VAULT, uniqueId: '100000000000000000003', policy: grantedTo(RELAY) },
  { email: DEPOT, uniqueId: '100000000000000000004', policy: grantedTo(VAULT) },
  { email: TARGET, uniqueId: TARGET_ID, policy: grantedTo(MINTER, RELAY, VAULT, DEPOT) },
];

const MINTER_ROLE = 'projects/acme-ops/roles/hopmintMinter';
const FANOUT_ROLE = 'projects/acme-ops/roles/hopmintFanout';
const roles = [
  { name: MINTER_ROLE, includedPermissions: [...ROLES.hopmintMinter.includedPermissions] },
  { name: FANOUT_ROLE, includedPermissions: [...ROLES.hopmintFanout.includedPermissions] },
];

export type RotationWorld = {
  readonly local: LocalCloud;
  readonly clock: { now: Date };
  readonly cloud: Cloud;
  /** As the account of fanout. */
  readonly fanoutCloud: Cloud;
  readonly file: ChainFile;
  /** Moves the clock. */
  advanceMinutes(minutes: number): void;
  /** Runs one tick of fanout, and mint for each request. Gives the results of mint. */
  tick(data?: object): Promise<Awaited<ReturnType<typeof mint>>[]>;
  /** Runs one tick of fanout. Gives the requests it publishes, without delivering them. */
  requests(data?: object): Promise<string[]>;
  /** Runs one tick, and the checks that follow it. */
  publishTick(data?: object): Promise<void>;
  /** Checks what the readers of these chains get, as fanout does when the audit log reports a change. */
  check(names: readonly string[]): Promise<void>;
  /** The ticks that were published since the last call, except those of `tick`. */
  pullTicks(): Promise<string[]>;
  /** The mint requests that were published since the last call. */
  pullRequests(): Promise<string[]>;
  deliver(request: string, change?: Partial<MintContext>): ReturnType<typeof mint>;
  ledger(chain: string): Ledger | undefined;
  versions(chain: string): readonly SecretVersion[];
  payload(chain: string, version: number): string;
  /** Makes a call as ada@acme.com, who has every permission on secrets. By default a POST. */
  asAda(path: string, body?: object, method?: string): Promise<void>;
  /** Disables the newest version, as a person does. */
  disableNewest(chain: string): Promise<void>;
  /** The messages on `hopmint-failed` since the last call. */
  failures(): Promise<Record<string, unknown>[]>;
  /** The messages on `hopmint-rotated` since the last call. */
  rotations(): Promise<{ text: string; attributes: Record<string, string> | undefined }[]>;
  close(): Promise<void>;
};

export const chainOf = (
  name: string,
  credential: CredentialSpec,
  part: Partial<Chain> = {},
): Chain => ({
  name,
  delegates: [],
  target: { email: TARGET },
  credential,
  secret: `projects/acme-ops/secrets/${name}`,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
  ...part,
});

export const TOPICS = ['tick', 'mint', 'failed', 'rotated'].map(
  (name) => `projects/acme-ops/topics/hopmint-${name}`,
);

/** The accounts and secrets of the chains, and the roles of the functions. */
export const seedOf = (chains: readonly Chain[]) => ({
  projects: [
    {
      id: 'acme-ops',
      policy: {
        bindings: [
          { role: FANOUT_ROLE, members: [memberOf(FANOUT)] },
          { role: 'roles/pubsub.publisher', members: [memberOf(FANOUT), memberOf(MINTER)] },
          { role: 'roles/pubsub.editor', members: ['user:ada@acme.com'] },
          { role: 'roles/secretmanager.admin', members: ['user:ada@acme.com'] },
        ],
      },
    },
  ],
  accounts,
  roles,
  topics: TOPICS,
  buckets: [chainsBucket(memberOf(FANOUT), memberOf(MINTER), memberOf(emailOf('hopmint-audit')))],
  secrets: chains.map(({ secret }) => ({
    name: secret,
    labels: { 'managed-by': 'hopmint' },
    policy: { bindings: [{ role: MINTER_ROLE, members: [memberOf(MINTER)] }] },
  })),
});

/** A local cloud with a chain of accounts, and the functions fanout and mint, each with its own identity and only the permissions it needs. */
export async function openRotationWorld(
  chains: readonly Chain[],
  wire: Wire = WIRE,
): Promise<RotationWorld> {
  const clock = { now: new Date('2026-11-22T12:00:00Z') };
  const topics = TOPICS;
  const local = await startLocalCloud({ now: () => clock.now, seed: seedOf(chains) });

  const tokenOf = async (account: string): Promise<string> => {
    const answer = await fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account, lifetimeSeconds: 86_400 }),
    });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  const cloudOf = (email: string) =>
    googleCloud(
      hostsOf(local.url),
      () => new Date(),
      {
        identity: async () => {
          const client = new OAuth2Client();
          client.setCredentials({ access_token: await tokenOf(email) });
          return client;
        },
        email: async () => email,
      },
      wire,
    );
  const ada = { authorization: `Bearer ${await tokenOf('user:ada@acme.com')}` };
  const call = async (method: string, path: string, body: object) => {
    const answer = await fetch(`${local.url}${path}`, {
      method,
      headers: ada,
      body: JSON.stringify(body),
    });
    return (await answer.json()) as Record<string, unknown>;
  };
  type Message = { data: string; attributes?: Record<string, string> };
  const pull = async (name: string): Promise<Message[]> => {
    const path = `/v1/projects/acme-ops/subscriptions/${name}`;
    const { receivedMessages = [] } = (await call('POST', `${path}:pull`, {
      maxMessages: 1000,
      returnImmediately: true,
    })) as { receivedMessages?: { ackId: string; message: Message }[] };
    const ackIds = receivedMessages.map(({ ackId }) => ackId);
    if (ackIds.length > 0) await call('POST', `${path}:acknowledge`, { ackIds });
    return receivedMessages.map(({ message }) => message);
  };
  for (const topic of topics) {
    const name = topic.split('/hopmint-')[1];
    await call('PUT', `/v1/projects/acme-ops/subscriptions/of-${name}`, { topic });
  }

  const file: ChainFile = {
    caller: { email: MINTER },
    tickEverySeconds: 60,
    writesPerMinute: 540,
    chains,
    exceptions: [],
  };
  const intent = intentOf(file, versionOf());
  let ticks = 0;
  const context: MintContext = {
    cloud: cloudOf(MINTER),
    readIntent: async () => intent,
    failedAt: new Map(),
    oneAtATime: oneAtATime(),
    failedTopic: topics[2] as string,
    tickTopic: topics[0] as string,
    now: () => clock.now,
    signal: new AbortController().signal,
    reportDeadline: () => new AbortController().signal,
  };
  const fanoutCloud = cloudOf(FANOUT);
  let memory: Memory = EMPTY_MEMORY;
  const secretOf = (chain: string) => local.state.secrets.get(`projects/acme-ops/secrets/${chain}`);

  const world: RotationWorld = {
    local,
    clock,
    file,
    cloud: context.cloud,
    fanoutCloud,
    advanceMinutes(minutes) {
      clock.now = new Date(clock.now.getTime() + minutes * 60_000);
    },
    async requests(data = {}) {
      await world.publishTick(data);
      return world.pullRequests();
    },
    async publishTick(data = {}) {
      const fanned = await fanout(
        Buffer.from(JSON.stringify(data)).toString('base64'),
        { id: `tick-${++ticks}`, publishedAt: clock.now },
        {
          cloud: fanoutCloud,
          readIntent: async () => intent,
          mintTopic: topics[1] as string,
          memory,
          now: clock.now,
          wait: async (ms) => {
            clock.now = new Date(clock.now.getTime() + ms);
          },
          signal: context.signal,
        },
      );
      if (!fanned.ok) throw new Error(JSON.stringify(fanned.error));
      if (fanned.value.unlisted.length > 0) throw new Error(JSON.stringify(fanned.value.unlisted));
      memory = fanned.value.memory;
      if (fanned.value.doubtful.length > 0 || hasChecks(memory.healing)) {
        await world.check(fanned.value.doubtful);
      }
    },
    async check(names) {
      const checked = await heal(names, `check-${++ticks}`, {
        cloud: fanoutCloud,
        intent,
        mintTopic: topics[1] as string,
        memory,
        now: () => clock.now,
        signal: context.signal,
      });
      if (!checked.ok) throw new Error(JSON.stringify(checked.error));
      memory = checked.value.memory;
    },
    async tick(data) {
      const requests = await world.requests(data);
      return Promise.all(requests.map((request) => world.deliver(request)));
    },
    pullTicks: async () => (await pull('of-tick')).map(({ data }) => data),
    pullRequests: async () => (await pull('of-mint')).map(({ data }) => data),
    deliver: (request, change = {}) => mint(request, { ...context, ...change }),
    ledger: (chain) => parseLedger(secretOf(chain)?.annotations ?? {}),
    versions: (chain) => secretOf(chain)?.versions ?? [],
    payload(chain, version) {
      const found = world.versions(chain).find(({ number }) => number === version);
      return Buffer.from(found?.data ?? '', 'base64').toString();
    },
    async asAda(path, body = {}, method = 'POST') {
      await call(method, `/v1/${path}`, body);
    },
    async disableNewest(chain) {
      const { number } = world.versions(chain).at(-1) ?? { number: 0 };
      await world.asAda(`projects/acme-ops/secrets/${chain}/versions/${number}:disable`);
    },
    async failures() {
      const messages = await pull('of-failed');
      return messages.map(({ data }) => JSON.parse(Buffer.from(data, 'base64').toString()));
    },
    async rotations() {
      const messages = await pull('of-rotated');
      return messages.map(({ data, attributes }) => ({
        text: Buffer.from(data, 'base64').toString(),
        attributes,
      }));
    },
    close: () => local.close(),
  };
  return world;
}
