import {
  deploymentOf,
  accountsOf as functionAccountsOf,
  OPERATOR,
} from '../../../cli/commands/start/deployed/deployment.ts';
import { runServicesOf } from '../../../cli/commands/start/deployed/infrastructure.ts';
import { sinkGrantsOf } from '../../../cli/commands/start/deployed/log-sinks.ts';
import { World } from '../../../cli/commands/start/world.ts';
import logSink from '../../../deploy/log-sink.json' with { type: 'json' };
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { CLOUD_PLATFORM, issueToken } from '../../../local/identity/access-tokens.ts';
import type { State } from '../../../local/state/state.ts';
import { seedWorld } from '../../../local/world/seed.ts';
import { stateView } from '../../../local/world/state-view.ts';
import { sha256 } from '../../../shared/domain/basics/canonical.ts';
import type { IdentitySource } from '../../../shared/domain/basics/identity-source.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { Token } from '../../../shared/domain/chain/credential.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import type { CheckId } from '../../../shared/domain/doctor/checks.ts';
import { agentsOf } from '../../../shared/domain/doctor/grants.ts';
import { installationOf, type Settings } from '../../../shared/domain/doctor/installation.ts';
import { compile } from '../../../shared/domain/published/compile.ts';
import { administrationOf } from '../../../shared/google/administration/administration.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { deploymentOf as deploymentReads } from '../../../shared/google/deployment/deployment.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { accessTokenFrom } from '../../../shared/google/wire/identity.ts';
import { WIRE, type Wire } from '../../../shared/google/wire/wire.ts';
import { type Checked, doctor } from '../../../shared/operations/doctor/doctor.ts';

/** An owner of the project, and not of the organization. */
export const OWNER = 'user:owner@acme.com';
export const OPS = 'projects/acme-ops';
export const NUMBER = '700000000001';
export const AGENTS = agentsOf(NUMBER);
const MINTER = 'minter@acme-ops.iam.gserviceaccount.com';
const account = (email: string) => `serviceAccount:${email}`;

/** A chain in two projects, and one whose token lives for twelve hours. */
export const CHAINS = `caller: ${MINTER}
publishTo: gs://acme-ops-hopmint-chains/chains.jsonl
chains:
  - name: billing
    delegates: [relay@acme-ops.iam.gserviceaccount.com]
    target: reader@acme-data.iam.gserviceaccount.com
    credential: { kind: access-token, scopes: [openid] }
    secret: projects/acme-ops/secrets/billing
  - name: batch
    target: batch@acme-data.iam.gserviceaccount.com
    credential: { kind: access-token, scopes: [openid], lifetime: 12h }
    secret: projects/acme-data/secrets/batch
    rotateEvery: 1h
`;

const ENFORCED = { enforce: true };
const world = {
  organization: {
    id: '900000000001',
    orgPolicies: { 'iam.disableServiceAccountKeyCreation': ENFORCED },
  },
  folders: [{ id: '800000000001', parent: 'organizations/900000000001' }],
  projects: [
    {
      id: 'acme-ops',
      number: NUMBER,
      parent: 'folders/800000000001',
      policy: { bindings: [{ role: 'roles/owner', members: [OWNER] }] },
    },
    {
      id: 'acme-data',
      number: '700000000002',
      parent: 'organizations/900000000001',
      policy: { bindings: [{ role: 'roles/owner', members: [OWNER] }] },
      orgPolicies: {
        'iam.allowServiceAccountCredentialLifetimeExtension': {
          allowedValues: ['batch@acme-data.iam.gserviceaccount.com'],
        },
      },
    },
  ],
  accounts: [
    {
      email: MINTER,
      policy: {
        bindings: [
          {
            role: 'roles/iam.serviceAccountUser',
            members: [account('hopmint-deploy@acme-ops.iam.gserviceaccount.com')],
          },
        ],
      },
    },
    { email: 'relay@acme-ops.iam.gserviceaccount.com' },
    { email: 'reader@acme-data.iam.gserviceaccount.com' },
    { email: 'batch@acme-data.iam.gserviceaccount.com' },
  ],
};

const urlOf = (name: string) => `https://hopmint-${name}-${NUMBER}.europe-west1.run.app`;
const URLS = { fanout: urlOf('fanout'), mint: urlOf('mint'), audit: urlOf('audit') };

/** As Terraform declares them. */
const PUSHES = [
  ['tick', 'tick', `${URLS.fanout}/`, 120],
  ['mint', 'mint', `${URLS.mint}/`, 120],
  ['failed', 'failed', `${URLS.audit}/failed`, 300],
  ['changed', 'changed', `${URLS.audit}/changed`, 300],
  ['observe', 'tick', `${URLS.audit}/observe`, 300],
  ['canary', 'drift', `${URLS.audit}/canary`, 60],
  ['secrets', 'changed', `${URLS.fanout}/changed`, 120],
] as const;

const subscriptions = PUSHES.map(([name, topic, endpoint, ackDeadlineSeconds]) => ({
  name: `${OPS}/subscriptions/hopmint-${name}`,
  topic: `${OPS}/topics/hopmint-${topic}`,
  ackDeadlineSeconds,
  ...(name === 'canary' && { filter: 'attributes.kind = "canary"' }),
  pushConfig: {
    pushEndpoint: endpoint,
    oidcToken: {
      serviceAccountEmail: 'hopmint-trigger@acme-ops.iam.gserviceaccount.com',
      audience: new URL(endpoint).origin,
    },
  },
  deadLetterPolicy: { deadLetterTopic: `${OPS}/topics/hopmint-dead`, maxDeliveryAttempts: 5 },
  expirationPolicy: {},
  policy: { bindings: [{ role: 'roles/pubsub.subscriber', members: [AGENTS.pubsub] }] },
}));

/** What a run of doctor has of its own. */
export type Run = {
  readonly member: string;
  readonly scopes: readonly string[];
  readonly source: IdentitySource;
  readonly chains: string;
  readonly before: boolean;
  readonly settings: Partial<Settings>;
  /** How far the clock of this machine is ahead of Google's. */
  readonly aheadSeconds: number;
  /** In place of a token of `member`. */
  readonly token: string;
};

export type Installed = {
  readonly local: LocalCloud;
  readonly state: State;
  /** Runs with a changed state, which is as before afterwards. */
  changed<T>(edit: (state: State) => void, run: () => Promise<T>): Promise<T>;
  run(ids: readonly CheckId[], run?: Partial<Run>): Promise<Checked[]>;
};

/** The chain file of a text. It has no faults. */
function fileOf(text: string): ChainFile {
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], new Date());
  if (!file) throw new Error(faults.map(({ message }) => message).join('\n'));
  return file;
}

/** A local cloud with a whole installation, as `npm start` makes one. It has no socket of its own. */
export async function install(): Promise<Installed> {
  const now = new Date('2026-11-22T12:00:00Z');
  const local = await startLocalCloud({ seed: world, now: () => now, log: () => undefined });
  const { state } = local;
  const file = fileOf(CHAINS);
  const accounts = functionAccountsOf(MINTER, 'acme-ops');
  const place = { project: 'acme-ops', bucket: 'acme-ops-hopmint-chains' };
  const read = () => World.parse(stateView(state));
  // As the seed goes over HTTP: absent fields are left out.
  const seed = JSON.stringify(deploymentOf(file, accounts, place, read()));
  seedWorld(state, JSON.parse(seed));
  seedWorld(state, sinkGrantsOf(read(), 'acme-ops'));
  seedWorld(state, {
    accounts: [],
    subscriptions,
    runServices: runServicesOf({ project: 'acme-ops', number: NUMBER }, accounts, URLS),
    objects: [
      {
        bucket: place.bucket,
        name: 'chains.jsonl',
        text: compile(file, {
          sources: [{ path: 'chains.yaml', sha256: sha256(CHAINS) }],
          pauses: [],
        }),
      },
    ],
  });
  const job = `${OPS}/locations/europe-west1/jobs/hopmint-tick`;
  state.jobs.set(job, {
    name: job,
    schedule: '* * * * *',
    timeZone: 'Etc/UTC',
    pubsubTarget: { topicName: `${OPS}/topics/hopmint-tick`, data: 'e30=' },
    state: 'ENABLED',
    userUpdateTime: now.toISOString(),
    scheduleTime: '2036-01-01T00:00:00Z', // never, in this test
  });
  return {
    local,
    state,
    changed: async (edit, act) => {
      const restore = keep(state);
      edit(state);
      return act().finally(restore);
    },
    run: (ids, run = {}) => runDoctor(local, ids, run),
  };
}

/** Waits take no time, and the time for retries passes with each look. */
function timeless(): Pick<Wire, 'wait' | 'elapsedMs'> {
  let elapsed = 0;
  return {
    wait: async () => undefined,
    elapsedMs: () => {
      elapsed += 10_000;
      return elapsed;
    },
  };
}

const fetchFrom =
  (local: LocalCloud): Wire['fetch'] =>
  async (url, init, take) => {
    const response = await local.fetch(url, init);
    if (!take || response.status !== 200) return response;
    take(new Uint8Array(await response.arrayBuffer()));
    return { status: 200, text: async () => '' };
  };

/** Remembers what a test changes. @returns puts all back */
function keep(state: State): () => void {
  const data = [
    state.policies,
    state.projects,
    state.accountsByEmail,
    state.roles,
    state.subscriptions,
    state.runServices,
    state.accessBoundaries,
    state.jobs,
    state.sinks,
  ] as Map<string, unknown>[];
  const before = data.map((map) => structuredClone(map));
  const objects = new Map(state.objects); // their content is a Buffer, which is never changed
  const refill = <T>(map: Map<string, T>, kept: ReadonlyMap<string, T> | undefined) => {
    map.clear();
    for (const [key, value] of kept ?? []) map.set(key, value);
  };
  return () => {
    for (const [i, map] of data.entries()) refill(map, before[i]);
    refill(state.objects, objects);
    state.faults = [];
  };
}

function runDoctor(
  local: LocalCloud,
  ids: readonly CheckId[],
  {
    member = OPERATOR,
    scopes = [CLOUD_PLATFORM, 'email'],
    source = { kind: 'token-file', text: 'a token' },
    chains = CHAINS,
    before = false,
    settings = {},
    aheadSeconds = 0,
    token: given,
  }: Partial<Run>,
): Promise<Checked[]> {
  const email = member.replace(/^\w+:/, '');
  const principal = { member, email, scopes };
  const token = given ?? issueToken(local.state, principal, scopes, 3600, 'machine').accessToken;
  const self = accessTokenFrom(async () => token);
  const hosts = hostsOf(local.url);
  const wire: Wire = { ...WIRE, ...timeless(), fetch: fetchFrom(local) };
  const now = () => new Date(local.state.now().getTime() + aheadSeconds * 1000);
  const cloud = googleCloud(hosts, now, self, wire);
  const { signal } = new AbortController();
  const installation = installationOf('acme-ops', fileOf(chains));
  return doctor(ids, {
    installation: { ...installation, settings: { ...installation.settings, ...settings } },
    deployment: deploymentReads(cloud.http, hosts, wire),
    cloud,
    permissionsOn: administrationOf(cloud.http, hosts, wire).permissionsOn,
    source,
    introspectSelf: (ended) => cloud.credentials.introspect(new Token(token), ended),
    publishedAt: { bucket: 'acme-ops-hopmint-chains', name: 'chains.jsonl' },
    sinkFilter: logSink.filter.join('\n'),
    runId: 'doctor-1',
    before,
    now,
    waits: wire,
    signal,
  });
}
