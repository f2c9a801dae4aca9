import { accountsOf, deploymentOf } from '../../../cli/commands/start/deployed/deployment.ts';
import { roleOf } from '../../../cli/commands/start/deployed/grants.ts';
import { serviceOf } from '../../../cli/commands/start/deployed/infrastructure.ts';
import { sinkGrantsOf } from '../../../cli/commands/start/deployed/log-sinks.ts';
import { scheduleIn } from '../../../cli/commands/start/deployed/schedule.ts';
import type { FunctionProcess } from '../../../cli/commands/start/function.ts';
import { localClient } from '../../../cli/commands/start/local-client.ts';
import { messagesAt } from '../../../cli/commands/start/messages.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { agentsOf } from '../../../shared/domain/doctor/grants.ts';
import { compiled, CHAINS as FILE, publishAt } from '../../functions/chains-bucket.ts';
import { startAt } from '../../functions/start-function.ts';

export const PROJECT = 'acme-ops';
export const OWNER = 'user:ada@acme.com';
export const STATE_BUCKET = 'acme-ops-hopmint-state';
export const STATE_OBJECT = 'audit/state.json';
export const AUDITOR = `serviceAccount:hopmint-audit@${PROJECT}.iam.gserviceaccount.com`;
const own = (name: string) => `${name}@${PROJECT}.iam.gserviceaccount.com`;
const creator = (name: string) => ({
  bindings: [
    { role: 'roles/iam.serviceAccountTokenCreator', members: [`serviceAccount:${own(name)}`] },
  ],
});
export const TARGET = `projects/${PROJECT}/serviceAccounts/${own('target')}`;
export const SECRET = `projects/${PROJECT}/secrets/export`;
export const JOB = `serviceAccount:${own('job')}`;

const DEAD = `projects/${PROJECT}/subscriptions/hopmint-dead`;

const CHAINS = `
caller: ${own('minter')}
administrators:
  - { member: "${OWNER}", on: projects/${PROJECT}, reviewed: 2026-11-01 }
chains:
  - name: export
    target: ${own('target')}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: ${SECRET}
    readers: ["${JOB}"]
`;

export type Name = 'fanout' | 'mint' | 'audit';

/** A whole installation in a local cloud, whose log has the lines of its functions and the audit log. */
export type AlarmWorld = {
  readonly local: LocalCloud;
  /** The state of the schedule of full audits: the local cloud has only jobs that publish. */
  readonly auditJob: { isPaused: boolean };
  /** The functions that do not answer. */
  readonly down: Set<Name>;
  /** Makes a call as the owner of the project. */
  asOwner(method: string, path: string, body?: object): Promise<void>;
  /** Creates the topics, subscriptions, grants and the schedule of ticks again, as `terraform apply` does. */
  apply(): Promise<void>;
  /** Half an hour later: one tick, the rotation, and one full audit, as far as they work. */
  beat(): Promise<void>;
  /** Some time passes, and Pub/Sub tries again to push. */
  pass(seconds: number): Promise<void>;
  close(): Promise<void>;
};

export async function openAlarmWorld(): Promise<AlarmWorld> {
  const { file } = parseChainFiles([{ path: 'chains.yaml', text: CHAINS }], new Date());
  if (!file) throw new Error('no chain file');
  const local = await startLocalCloud({
    seed: {
      projects: [
        {
          id: PROJECT,
          number: '700000000001',
          policy: { bindings: [{ role: 'roles/owner', members: [OWNER] }] },
        },
      ],
      accounts: [
        { email: own('minter') },
        { email: own('job') },
        { email: own('target'), policy: creator('minter') },
      ],
    },
  });
  const cloud = localClient(local.url);
  const accounts = accountsOf(own('minter'), PROJECT);
  const auditJob = { isPaused: false };
  const down = new Set<Name>();
  const stateRole = roleOf(`projects/${PROJECT}/roles/hopmintState`);
  const pubsubAgent = agentsOf('700000000001').pubsub;
  const messages = messagesAt(local.url, PROJECT, () => cloud.token(OWNER), {
    seed: cloud.seed,
    pubsubAgent,
  });
  const schedule = scheduleIn(cloud, PROJECT, OWNER);
  let functions: Readonly<Record<Name, FunctionProcess>> | undefined;

  async function infrastructure(): Promise<void> {
    const place = { project: PROJECT, bucket: FILE.bucket };
    await cloud.seed(
      JSON.stringify(deploymentOf(file as never, accounts, place, await cloud.world())),
    );
    await cloud.seed(
      JSON.stringify({
        accounts: [],
        roles: [stateRole],
        buckets: [
          {
            name: STATE_BUCKET,
            project: PROJECT,
            policy: { bindings: [{ role: stateRole.name, members: [AUDITOR] }] },
          },
        ],
      }),
    );
    await cloud.seed(JSON.stringify(sinkGrantsOf(await cloud.world(), PROJECT)));
    const { policy } = { policy: local.state.policies.get(SECRET) };
    const reads = { role: 'roles/secretmanager.secretAccessor', members: [JOB] };
    const others = (policy?.bindings ?? []).filter(({ role }) => role !== reads.role);
    local.state.policies.set(SECRET, { ...policy, bindings: [...others, reads] });
    local.state.policies.set(TARGET, creator('minter'));
  }
  await infrastructure();
  publishAt(local, compiled(CHAINS));
  const start = (target: Name, account: string) =>
    startAt(local, {
      target,
      account,
      env: { HOPMINT_STATE: `gs://${STATE_BUCKET}/${STATE_OBJECT}`, HOPMINT_ROTATED: '1' },
      log: (line) => void cloud.stdout(serviceOf(PROJECT, target), [line]),
    });
  const [fanout, mint, audit] = await Promise.all([
    start('fanout', accounts.fanout),
    start('mint', accounts.mint),
    start('audit', accounts.audit),
  ]);
  functions = { fanout, mint, audit };

  const asOwner: AlarmWorld['asOwner'] = async (method, path, body) => {
    const answer = await fetch(`${local.url}/v1/${path}`, {
      method,
      headers: {
        authorization: `Bearer ${await cloud.token(OWNER)}`,
        'content-type': 'application/json',
      },
      ...(body && { body: JSON.stringify(body) }),
    });
    if (!answer.ok) throw new Error(`${method} ${path}: ${await answer.text()}`);
  };
  const advance = async (seconds: number) => {
    await fetch(`${local.url}/_local/clock`, {
      method: 'POST',
      body: JSON.stringify({ advanceSeconds: seconds }),
    });
  };
  const settled = async () => {
    await Promise.race([
      local.delivered(),
      new Promise((resolve) => setTimeout(resolve, 2500).unref()),
    ]);
    // The lines of the functions arrive a little later than their answers.
    await new Promise((resolve) => setTimeout(resolve, 100));
  };

  const world: AlarmWorld = {
    local,
    auditJob,
    down,
    asOwner,
    async apply() {
      if (!functions) return;
      const urlOf = (name: Name) =>
        down.has(name)
          ? 'http://127.0.0.1:9'
          : (functions as Record<Name, FunctionProcess>)[name].url;
      await infrastructure();
      await messages.subscribe({
        fanout: urlOf('fanout'),
        mint: urlOf('mint'),
        audit: urlOf('audit'),
      });
      await asOwner('DELETE', DEAD).catch(() => undefined);
      await asOwner('PUT', DEAD, { topic: `projects/${PROJECT}/topics/hopmint-dead` });
      await schedule.set(60);
    },
    async beat() {
      await advance(31 * 60);
      await settled();
      if (!auditJob.isPaused && !down.has('audit')) {
        await fetch(functions?.audit.url ?? '', {
          method: 'POST',
          headers: { 'content-type': 'application/json', accept: 'application/json' },
        });
      }
      await settled();
    },
    async pass(seconds) {
      await advance(seconds);
      await settled();
    },
    async close() {
      await Promise.all([fanout, mint, audit].map((each) => each.stop()));
      await local.close();
    },
  };
  await world.apply();
  return world;
}
