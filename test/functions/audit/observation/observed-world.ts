import { OAuth2Client } from 'google-auth-library';
import roles from '../../../../deploy/roles.json' with { type: 'json' };
import { type Auditor, auditorOf } from '../../../../functions/audit/auditor.ts';
import type { Secret } from '../../../../local/state/secret.ts';
import type { Cloud } from '../../../../shared/cloud/cloud.ts';
import type { ListedReport } from '../../../../shared/domain/audit/listed-report.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import type { Chain } from '../../../../shared/domain/chain/chain.ts';
import { intentOf } from '../../../../shared/domain/chain/intent.ts';
import type { Status } from '../../../../shared/domain/rotation/status.ts';
import { googleCloud } from '../../../../shared/google/cloud.ts';
import { hostsOf } from '../../../../shared/google/wire/http.ts';
import { WIRE, type Wire } from '../../../../shared/google/wire/wire.ts';
import { audit } from '../../../../shared/operations/audit.ts';
import { status } from '../../../../shared/operations/status.ts';
import { versionOf } from '../../../domain/chain/versions.ts';
import {
  emailOf,
  MINTER,
  openRotationWorld,
  type RotationWorld,
  TARGET,
} from '../../rotation-world.ts';

const AUDITOR = emailOf('hopmint-audit');
const AUDIT_ROLE = 'organizations/900000000001/roles/hopmintAudit';
const STATE = { bucket: 'acme-audits', name: 'state.json' };
/** The unique ID of the target after it was created again. */
export const REBORN_ID = '100000000000000000099';

/** A rotation world, and an auditor with the permissions of the deployed role. */
export type ObservedWorld = {
  readonly world: RotationWorld;
  readonly cloud: Cloud;
  /** The waits of the auditor. */
  readonly waits: number[];
  /** What happens in each wait. */
  caughtUp: () => unknown;
  /** Calls a path of the local cloud's own. */
  post(path: string, body: object): Promise<Record<string, string>>;
  /** The auditor's role has these permissions now. */
  allow(permissions: readonly string[]): Promise<unknown>;
  /** Makes a report of the whole file. */
  report(observing?: AbortSignal): Promise<Report>;
  /** The status with the observations of a report. */
  statusAfter(made: ListedReport | undefined): Promise<Status>;
  /** A function instance of `audit`. Its log is in `logged`. */
  newAuditor(wait?: () => Promise<void>): Auditor;
  readonly logged: string[];
  secret(chain?: string): Secret;
  /** Changes the newest version. */
  change(part: Partial<Secret['versions'][number]>, chain?: string): void;
  annotate(part: Record<string, string>): void;
  /** Deletes the target and creates it again, with the grant of the caller. */
  recreateTarget(uniqueId?: string): Promise<unknown>;
};

/** Each chain has been rotated twice, the second time five minutes ago. */
export async function openObservedWorld(
  chains: readonly Chain[],
  part: Partial<Wire> = {},
): Promise<ObservedWorld> {
  const world = await openRotationWorld(chains);
  const { local, clock, file } = world;
  const post: ObservedWorld['post'] = async (path, body) => {
    const answer = await fetch(`${local.url}/_local/${path}`, {
      method: 'POST',
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(await answer.text());
    return (await answer.json()) as Record<string, string>;
  };
  const auditors = { role: AUDIT_ROLE, members: [`serviceAccount:${AUDITOR}`] };
  const projectOf = (id: string, ...bindings: object[]) => ({
    id,
    parent: 'organizations/900000000001',
    ...(bindings.length > 0 && { policy: { bindings } }),
  });
  const allow = (permissions: readonly string[]) =>
    post('seed', {
      organization: { id: '900000000001', policy: { bindings: [auditors] } },
      projects: [projectOf('acme-ops'), projectOf('acme-data')],
      accounts: [{ email: AUDITOR }],
      roles: [{ name: AUDIT_ROLE, includedPermissions: permissions }],
    });
  await allow(roles.hopmintAudit.includedPermissions);
  const topics = ['tick', 'drift'].map((name) => `projects/acme-ops/topics/hopmint-${name}`);
  const publishes = { role: 'roles/pubsub.publisher', members: auditors.members };
  const stores = { role: 'roles/storage.objectUser', members: auditors.members };
  await post('seed', {
    accounts: [],
    topics: topics.map((name) => ({ name, policy: { bindings: [publishes] } })),
    buckets: [{ name: STATE.bucket, project: 'acme-ops', policy: { bindings: [stores] } }],
  });
  const client = new OAuth2Client();
  const { accessToken = '' } = await post('token', { account: AUDITOR, lifetimeSeconds: 86_400 });
  client.setCredentials({ access_token: accessToken });
  const self = { identity: async () => client, email: async () => AUDITOR };
  const wait = async (ms: number) => {
    observed.waits.push(ms);
    observed.caughtUp();
  };
  const now = () => clock.now;
  const cloud = googleCloud(hostsOf(local.url), now, self, { ...WIRE, wait, ...part });
  await world.tick();
  world.advanceMinutes(30);
  await world.tick();
  world.advanceMinutes(5);
  const { policies, secrets } = cloud;
  const intent = intentOf(file, versionOf());
  const deadline = () => AbortSignal.timeout(20_000);

  const observed: ObservedWorld = {
    world,
    cloud,
    waits: [],
    caughtUp: () => undefined,
    logged: [],
    post,
    allow,
    report: (observing = deadline()) =>
      audit(file, versionOf(), { policies, secrets, now: now(), signal: deadline(), observing }),
    statusAfter: (made) => status(file, versionOf(), secrets, made, now, deadline()),
    newAuditor: (collect = async () => {}) =>
      auditorOf({
        cloud,
        readIntent: async () => intent,
        state: STATE,
        driftTopic: topics[1] as string,
        tickTopic: topics[0] as string,
        log: {
          audited: ({ clean }) => observed.logged.push(`audited ${clean ? 'clean' : 'not clean'}`),
          alert: ({ event, finding }) => observed.logged.push(`${event} ${finding.kind}`),
          healing: (healed) => observed.logged.push(`healing ${healed.join(' ')}`),
          notStored() {},
          notHealed: ({ reason }) => observed.logged.push(`notHealed ${reason}`),
          broken: () => {},
          ahead: () => {},
          notSent: ({ reason }) => observed.logged.push(`notSent ${reason}`),
        },
        now,
        newId: () => String(observed.logged.length),
        signal: deadline,
        delivering: () => AbortSignal.timeout(20_000),
        pause: async () => {},
        observing: deadline,
        round: deadline,
        wait: collect,
        settle: async () => {},
      }),
    secret: (chain = chains[0]?.name) =>
      local.state.secrets.get(`projects/acme-ops/secrets/${chain}`) as Secret,
    change(edit, chain) {
      const { versions } = observed.secret(chain);
      versions.push({ ...(versions.pop() as Secret['versions'][number]), ...edit });
    },
    annotate: (edit) => Object.assign(observed.secret().annotations, edit),
    recreateTarget: (uniqueId = REBORN_ID) => {
      const role = 'roles/iam.serviceAccountTokenCreator';
      const bindings = [{ role, members: [`serviceAccount:${MINTER}`] }];
      return post('seed', {
        accounts: [{ email: TARGET, uniqueId, policy: { bindings } }],
      });
    },
  };
  return observed;
}

/** The findings about a chain, one line each. */
export const linesOf = ({ findings }: Pick<Report, 'findings'>, name = 'export') =>
  findings
    .filter(({ chain }) => chain === name)
    .map(({ severity, kind, evidence }) => `${severity} ${kind}: ${evidence.summary}`);
