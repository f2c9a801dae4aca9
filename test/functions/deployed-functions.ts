import type { FunctionProcess } from '../../cli/commands/start/function.ts';
import roles from '../../deploy/roles.json' with { type: 'json' };
import { type LocalCloud, startLocalCloud } from '../../local/cloud.ts';
import { plantGcloud } from '../run.ts';
import { chainsBucket, compiled, publishAt } from './chains-bucket.ts';
import { startAt } from './start-function.ts';

export const email = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const member = (name: string) => `serviceAccount:${email(name)}`;
export const TOPIC = 'projects/acme-ops/topics/hopmint-';
export const CHAINS = ['export', 'stamp'];

const chainFile = `
caller: ${email('minter')}
chains:
  - name: export
    delegates: [${email('relay')}]
    target: ${email('target')}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/bigquery.readonly] }
    secret: projects/acme-ops/secrets/export
  - name: stamp
    target: ${email('relay')}
    credential: { kind: signed-blob, payload: { text: release 42 } }
    secret: projects/acme-ops/secrets/stamp
`;

const minterRole = {
  name: 'projects/acme-ops/roles/hopmintMinter',
  includedPermissions: roles.hopmintMinter.includedPermissions,
};
const bucketRole = {
  name: 'projects/acme-ops/roles/hopmintAudit',
  includedPermissions: roles.hopmintAudit.includedPermissions,
};
const tokenCreator = (name: string) => ({
  bindings: [{ role: 'roles/iam.serviceAccountTokenCreator', members: [member(name)] }],
});
const seed = {
  projects: [
    {
      id: 'acme-ops',
      policy: {
        bindings: [
          { role: 'roles/pubsub.publisher', members: [member('fanout'), member('minter')] },
          { role: 'roles/secretmanager.viewer', members: [member('fanout'), member('auditor')] },
          { role: 'roles/iam.securityReviewer', members: [member('auditor')] },
          { role: 'roles/browser', members: [member('auditor')] },
          { role: bucketRole.name, members: [member('auditor')] },
        ],
      },
    },
  ],
  accounts: [
    { email: email('minter') },
    { email: email('fanout') },
    { email: email('auditor') },
    { email: email('relay'), policy: tokenCreator('minter') },
    { email: email('target'), policy: tokenCreator('relay') },
  ],
  roles: [minterRole, bucketRole],
  topics: ['tick', 'mint', 'failed'].map((name) => TOPIC + name),
  buckets: [chainsBucket(member('minter'), member('fanout'), member('auditor'))],
  secrets: CHAINS.map((name) => ({
    name: `projects/acme-ops/secrets/${name}`,
    labels: { 'managed-by': 'hopmint' },
    policy: { bindings: [{ role: minterRole.name, members: [member('minter')] }] },
  })),
};

export type DeployedFunctions = Readonly<Record<'fanout' | 'mint' | 'audit', FunctionProcess>> & {
  readonly local: LocalCloud;
  /** Everything that the functions have printed. */
  readonly lines: readonly string[];
  /** The calls of the `gcloud` on the PATH of the functions, as text. */
  gcloudCalls(): string;
  close(): Promise<void>;
};

/** The three functions, each in a process of its own and with its own identity, and a local cloud with two chains. */
export async function deployFunctions(
  env: Record<string, string> = {},
): Promise<DeployedFunctions> {
  const gcloud = await plantGcloud();
  const local = await startLocalCloud({ seed });
  publishAt(local, compiled(chainFile));
  const lines: string[] = [];
  const start = (target: 'fanout' | 'mint' | 'audit', account: string) =>
    startAt(local, {
      target,
      account: email(account),
      env: { PATH: gcloud.PATH, ...env },
      log: (line) => lines.push(line),
    });
  const [fanout, mint, audit] = await Promise.all([
    start('fanout', 'fanout'),
    start('mint', 'minter'),
    start('audit', 'auditor'),
  ]);
  return {
    local,
    fanout,
    mint,
    audit,
    lines,
    gcloudCalls: () => gcloud.calls(),
    async close() {
      await Promise.all([fanout, mint, audit].map((each) => each.stop()));
      await local.close();
      await gcloud.remove();
    },
  };
}
