import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough } from 'node:stream';
import { setImmediate as nextTurn } from 'node:timers/promises';
import { type ApplyOptions, apply } from '../../../cli/commands/apply/apply.ts';
import { type PlanOptions, plan } from '../../../cli/commands/plan/plan.ts';
import type { ReadSource } from '../../../cli/operator/source.ts';
import type { Io } from '../../../cli/terminal/io.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { Policy } from '../../../local/state/policy.ts';

import { WIRE, type Wire } from '../../../shared/google/wire/wire.ts';
import { holding } from '../holding.ts';

export const NOW = new Date('2026-11-22T12:00:00Z');
export const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
export const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
export const CREATOR = 'roles/iam.serviceAccountTokenCreator';
export const ADA = 'user:ada@acme.com';
export const RELAY = `projects/acme-ops/serviceAccounts/${ops('relay')}`;
export const READER = `projects/acme-data/serviceAccounts/${data('reader')}`;
export const MINTER = `projects/acme-ops/serviceAccounts/${ops('minter')}`;

/** An access token through a relay, an ID token without, a JWT and a blob: five hops, four secrets. */
export const CHAINS = `caller: ${ops('minter')}
chains:
  - name: export
    delegates: [${ops('relay')}]
    target: ${data('reader')}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery] }
    secret: projects/acme-ops/secrets/export
    readers: [serviceAccount:${ops('app')}]
  - name: probe
    target: ${ops('probe')}
    credential: { kind: id-token, audience: https://status.acme.com }
    secret: projects/acme-ops/secrets/probe
  - name: jwt
    delegates: [${ops('relay')}]
    target: "100000000000000000005"
    credential: { kind: signed-jwt, claims: { aud: https://firestore.googleapis.com/ } }
    secret: projects/acme-data/secrets/jwt
  - name: stamp
    target: ${ops('relay')}
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-ops/secrets/stamp
`;

const owned = { policy: { bindings: [{ role: 'roles/owner', members: [ADA] }] } };

/** An organization with just accounts: no grant on any, no role, no secret. `ada` owns the projects and may act for the caller. */
export const EMPTY = {
  organization: {
    id: '900000000001',
    policy: {
      bindings: [
        { role: 'roles/orgpolicy.policyViewer', members: [ADA] },
        { role: 'roles/iam.denyReviewer', members: [ADA] },
      ],
    },
  },
  projects: [
    { id: 'acme-ops', number: '700000000001', parent: 'organizations/900000000001', ...owned },
    { id: 'acme-data', number: '700000000002', parent: 'organizations/900000000001', ...owned },
  ],
  accounts: [
    {
      email: ops('minter'),
      uniqueId: '100000000000000000001',
      policy: { bindings: [{ role: CREATOR, members: [ADA] }] },
    },
    { email: ops('relay'), uniqueId: '100000000000000000002' },
    { email: data('reader'), uniqueId: '100000000000000000003' },
    { email: ops('probe'), uniqueId: '100000000000000000004' },
    { email: data('signer'), uniqueId: '100000000000000000005' },
    { email: ops('app'), uniqueId: '100000000000000000006' },
  ],
};

export type Run = { readonly exit: number; readonly out: string; readonly err: string };

export type ApplyWorld = {
  readonly local: LocalCloud;
  readonly directory: string;
  /** Both commands read `chains` and run as the account `as`. */
  apply(options?: Partial<ApplyOptions>, given?: Partial<Given>): Promise<Run>;
  plan(options?: Partial<PlanOptions>, given?: Partial<Given>): Promise<Run>;
  policy(resource: string): Policy;
  tokenOf(account: string): Promise<string>;
  close(): Promise<void>;
};

export type Given = {
  readonly chains: string;
  readonly as: string;
  readonly fetch: Wire['fetch'];
  /** What a person at a terminal types. */
  readonly typed: string;
  readonly signal: AbortSignal;
  readonly now: Date;
  /** Waits in real time, because others act in the meantime. */
  readonly waitForReal: boolean;
};

/** A local cloud without sockets, and the commands of an operator. A wait moves the clock and takes no time. */
export async function openApplyWorld(seed: object = EMPTY): Promise<ApplyWorld> {
  const clock = { ms: NOW.getTime() };
  const local = await startLocalCloud({
    seed,
    now: () => new Date(clock.ms),
    log: () => undefined,
  });
  const directory = await mkdtemp(join(tmpdir(), 'apply-'));
  const tokenOf = async (account: string): Promise<string> => {
    const answer = await local.fetch(`${local.url}/_local/token`, {
      method: 'POST',
      body: JSON.stringify({ account }),
    });
    return ((await answer.json()) as { accessToken: string }).accessToken;
  };
  const files = new Map<string, Promise<string>>();
  const tokenFileOf = (as: string): Promise<string> => {
    const written = files.get(as) ?? write(as);
    files.set(as, written);
    return written;
  };
  const write = async (as: string): Promise<string> => {
    const path = join(directory, as.replace(/\W/g, '-'));
    await writeFile(path, await tokenOf(as));
    return path;
  };

  const run = async (
    command: (io: Io, given: { wire: Wire; read: ReadSource }) => Promise<number>,
    {
      chains = CHAINS,
      as = ADA,
      fetch = local.fetch,
      typed,
      signal,
      now,
      waitForReal,
    }: Partial<Given>,
  ): Promise<Run> => {
    if (now) clock.ms = now.getTime();
    const written = { out: '', err: '' };
    const io: Io = {
      out: (text) => {
        written.out += text;
      },
      err: (text) => {
        written.err += text;
      },
      env: { HOPMINT_CLOUD: local.url, CLOUDSDK_AUTH_ACCESS_TOKEN_FILE: await tokenFileOf(as) },
      now: () => new Date(clock.ms),
      colour: false,
      ...(typed !== undefined && {
        terminal: { ask: async () => typed, stream: new PassThrough() },
      }),
      signal: signal ?? new AbortController().signal,
    };
    const wire: Wire = {
      ...WIRE,
      fetch,
      ...(!waitForReal && {
        elapsedMs: () => clock.ms,
        wait: async (ms, signal) => {
          signal.throwIfAborted();
          clock.ms += ms;
          await nextTurn();
        },
      }),
    };
    const exit = await command(io, { wire, read: holding(chains) });
    return { exit, ...written };
  };
  return {
    local,
    directory,
    apply: (options, given = {}) =>
      run(
        (io, g) => apply({ source: 'chains.yaml', json: false, yes: true, ...options }, io, g),
        given,
      ),
    plan: (options, given = {}) =>
      run((io, g) => plan({ source: 'chains.yaml', json: false, ...options }, io, g), given),
    tokenOf,
    policy: (resource) => local.state.policies.get(resource) ?? {},
    async close() {
      await local.close();
      await rm(directory, { recursive: true });
    },
  };
}

/** Whether a call changes something. @param path without the query */
export const isWrite = (method: string, path: string): boolean =>
  method !== 'GET' &&
  /:setIamPolicy$|\/roles(\/|$)|\/secrets(\/[^:]*)?$/.test(path) &&
  !path.endsWith(':getIamPolicy');

/** The state that apply writes, without etags and times, so that two worlds can be compared. */
export const stateOf = ({ local: { state } }: ApplyWorld) => ({
  policies: [...state.policies]
    .map(([resource, { bindings = [] }]) => [
      resource,
      bindings.map((b) => ({ ...b, members: [...b.members].sort() })).sort(byJson),
    ])
    .sort(byJson),
  roles: [...state.roles.values()].map(({ etag: _, ...role }) => role).sort(byJson),
  secrets: [...state.secrets.values()]
    .map(({ name, labels, replication }) => ({ name, labels, replication }))
    .sort(byJson),
});

const byJson = (a: unknown, b: unknown): number => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1);
