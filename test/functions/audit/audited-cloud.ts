import { OAuth2Client } from 'google-auth-library';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import type { Policies } from '../../../shared/cloud/policies.ts';
import type { Report } from '../../../shared/domain/audit/report.ts';
import type { Chain, ChainFile } from '../../../shared/domain/chain/chain.ts';
import { googleCloud } from '../../../shared/google/cloud.ts';
import { hostsOf } from '../../../shared/google/wire/http.ts';
import { WIRE } from '../../../shared/google/wire/wire.ts';
import { audit } from '../../../shared/operations/audit.ts';
import { versionOf } from '../../domain/chain/versions.ts';

export const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
export const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
export const CREATOR = 'roles/iam.serviceAccountTokenCreator';
export const grant = (role: string, ...members: string[]) => ({ role, members });
export const hop = (email: string) => grant(CREATOR, `serviceAccount:${email}`);
const policy = (...bindings: object[]) => ({ policy: { version: 3, bindings } });

export const AUDITOR = ops('hopmint-audit');
export const READING = {
  name: 'organizations/900000000001/roles/hopmintAudit',
  includedPermissions: [
    'cloudfunctions.functions.list',
    'compute.instances.list',
    'container.clusters.list',
    'iam.denypolicies.get',
    'iam.denypolicies.list',
    'iam.principalaccessboundarypolicies.get',
    'iam.roles.get',
    'iam.serviceAccountKeys.list',
    'iam.serviceAccounts.get',
    'iam.serviceAccounts.getIamPolicy',
    'iam.serviceAccounts.list',
    'orgpolicy.policy.get',
    'privilegedaccessmanager.entitlements.list',
    'privilegedaccessmanager.grants.list',
    'resourcemanager.folders.get',
    'resourcemanager.folders.getIamPolicy',
    'resourcemanager.folders.list',
    'resourcemanager.folders.searchPolicyBindings',
    'resourcemanager.organizations.getIamPolicy',
    'resourcemanager.organizations.searchPolicyBindings',
    'resourcemanager.projects.searchPolicyBindings',
    'resourcemanager.projects.get',
    'resourcemanager.projects.getIamPolicy',
    'resourcemanager.projects.list',
    'run.jobs.list',
    'run.services.list',
    'secretmanager.secrets.getIamPolicy',
    'storage.buckets.get',
    'storage.buckets.getIamPolicy',
  ],
};
export const READER_ID = '100000000000000000004';

/** minter → relay → vault → reader. Each is token creator on the next. The auditor may read everything. */
const seed = {
  organization: {
    id: '900000000001',
    ...policy(grant(READING.name, `serviceAccount:${AUDITOR}`)),
  },
  folders: [
    { id: '800000000001', parent: 'organizations/900000000001' },
    { id: '800000000002', parent: 'folders/800000000001' },
  ],
  projects: [
    { id: 'acme-ops', number: '700000000001', parent: 'folders/800000000001' },
    { id: 'acme-data', number: '700000000002', parent: 'folders/800000000002' },
  ],
  accounts: [
    { email: AUDITOR },
    { email: ops('minter'), uniqueId: '100000000000000000001' },
    { email: ops('relay'), uniqueId: '100000000000000000002', ...policy(hop(ops('minter'))) },
    { email: data('vault'), uniqueId: '100000000000000000003', ...policy(hop(ops('relay'))) },
    { email: data('reader'), uniqueId: READER_ID, ...policy(hop(data('vault'))) },
  ],
  roles: [
    READING,
    {
      name: 'projects/acme-data/roles/hopOnly',
      includedPermissions: ['iam.serviceAccounts.implicitDelegation'],
    },
  ],
};

export const chainOf = (name: string, part: Partial<Chain> = {}): Chain => ({
  name,
  delegates: [{ email: ops('relay') }, { email: data('vault') }],
  target: { email: data('reader') },
  credential: { kind: 'access-token', scopes: ['s'], lifetimeSeconds: 3600 },
  secret: `projects/acme-ops/secrets/${name}`,
  format: 'raw',
  rotateEverySeconds: 1800,
  retryWindowSeconds: 600,
  minValiditySeconds: 300,
  ...part,
});
export const fileOf = (...chains: Chain[]): ChainFile => ({
  caller: { email: ops('minter') },
  tickEverySeconds: 60,
  writesPerMinute: 540,
  chains,
  exceptions: [],
});

/** A local cloud with that seed, and the auditor. */
export type AuditedCloud = {
  readonly local: LocalCloud;
  /** Calls a path of the local cloud's own. */
  post(path: string, body: object, method?: string): Promise<Record<string, string>>;
  /** What the auditor reads with, by this clock. */
  policiesAt(now: () => Date, wire?: typeof WIRE): Promise<Policies>;
  run(file: ChainFile, given?: Policies): Promise<Report>;
  /** The auditor's requests to Google: method and path. */
  asked(): string[];
};

export async function openAuditedCloud(): Promise<AuditedCloud> {
  const local = await startLocalCloud({ seed, now: () => new Date('2026-11-22T12:00:00Z') });
  const post: AuditedCloud['post'] = async (path, body, method = 'POST') => {
    const answer = await fetch(`${local.url}/_local/${path}`, {
      method,
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
    return (await answer.json()) as Record<string, string>;
  };
  const policiesAt: AuditedCloud['policiesAt'] = async (now, wire = WIRE) => {
    const { accessToken = '' } = await post('token', { account: AUDITOR });
    const client = new OAuth2Client();
    client.setCredentials({ access_token: accessToken });
    const self = { identity: async () => client, email: async () => AUDITOR };
    return googleCloud(hostsOf(local.url), now, self, wire).policies;
  };
  return {
    local,
    post,
    policiesAt,
    run: async (file, given) =>
      audit(file, versionOf(), {
        policies: given ?? (await policiesAt(() => local.state.now())),
        now: local.state.now(),
        signal: AbortSignal.timeout(20_000),
      }),
    asked: () =>
      local.state.requests
        .filter(({ path }) => !path.startsWith('/_local/'))
        .map(({ method, path }) => `${method} ${path}`),
  };
}
