import { OAuth2Client } from 'google-auth-library';
import type { LocalCloud } from '../../../../local/cloud.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import type { ChainFile } from '../../../../shared/domain/chain/chain.ts';
import { digestOf } from '../../../../shared/domain/chain/definition.ts';
import { parseChainFiles } from '../../../../shared/domain/chain-file/parse.ts';
import { annotationsOf, type Ledger } from '../../../../shared/domain/rotation/ledger/ledger.ts';
import { googleCloud } from '../../../../shared/google/cloud.ts';
import { hostsOf } from '../../../../shared/google/wire/http.ts';
import { audit } from '../../../../shared/operations/audit.ts';
import { versionOf } from '../../../domain/chain/versions.ts';

/** An identity with every permission. It runs the fixes. */
export const ROOT = 'user:root@acme.com';
export const NOW = new Date('2026-11-22T12:00:00Z');
export const AUDITOR = 'hopmint-audit@acme-ops.iam.gserviceaccount.com';

const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;
const shop = (name: string) => `${name}@acme-shop.iam.gserviceaccount.com`;
const sa = (email: string) => `serviceAccount:${email}`;
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const bind = (role: string, ...members: string[]) => ({ role, members });
const creator = (...members: string[]) => bind(CREATOR, ...members);
const under = (expression: string, title: string, binding: object) => ({
  ...binding,
  condition: { title, expression },
});
const until = (time: string) => `request.time < timestamp("${time}")`;
const account = (email: string, ...bindings: object[]) => ({
  email,
  policy: { version: 3, bindings },
});
const relay = sa(ops('relay'));
const minter = sa(ops('minter'));
const HOP_ONLY = 'projects/acme-ops/roles/hopOnly';
const MINTER_ROLE = 'projects/acme-ops/roles/hopmintMinter';
const ENTITLEMENT_AGENT = sa('service-org-900000000001@gcp-sa-pam.iam.gserviceaccount.com');
const POOL = 'projects/700000000001/locations/global/workloadIdentityPools/github';
const repository = `principalSet://iam.googleapis.com/${POOL}/attribute.repository/acme/app`;

/** The target of one chain through relay. Its name says which drift it has. */
const targets = [
  account(data('fine'), creator(relay)),
  account(data('missing')),
  account(data('wrong-role'), bind('roles/iam.workloadIdentityUser', relay)),
  account(data('ended'), under(until('2020-01-01T00:00:00Z'), 'ended', creator(relay))),
  account(data('ending'), under(until('2026-11-22T12:10:00Z'), 'ending', creator(relay))),
  account(data('tomorrow'), under(until('2026-11-23T06:00:00Z'), 'tomorrow', creator(relay))),
  account(data('next-week'), under(until('2026-11-25T00:00:00Z'), 'next week', creator(relay))),
  account(data('tagged'), under('resource.matchTag("1/a", "b")', 'tagged', creator(relay))),
  account(data('denied'), creator(relay)),
  account(data('turned'), creator(relay)),
  { ...account(data('off'), creator(relay)), disabled: true },
  account(data('reborn'), creator(`deleted:${relay}?uid=900000000000000000001`)),
  account(data('intruded'), creator(relay, 'user:eve@acme.com')),
  account(
    data('later'),
    creator(relay),
    under(
      'request.time > timestamp("2030-01-01T00:00:00Z")',
      "it's later",
      creator('user:eve@acme.com'),
    ),
  ),
  account(data('led'), creator(relay, sa(ops('deployer')))),
  account(data('short'), creator(relay, minter)),
  account(data('open'), creator(relay, 'allAuthenticatedUsers')),
  account(data('pooled'), creator(relay), bind('roles/iam.workloadIdentityUser', repository)),
  account(data('over'), creator(relay, 'group:oncall@acme.com')),
  account(data('excused'), creator(relay, 'group:sre@acme.com')),
  account(
    data('administered'),
    creator(relay),
    bind('roles/iam.serviceAccountAdmin', 'user:eve@acme.com'),
  ),
  account(
    data('keyed'),
    creator(relay),
    bind('roles/iam.serviceAccountKeyAdmin', 'user:eve@acme.com'),
  ),
  {
    ...account(data('has-keys'), creator(relay)),
    keys: [{ id: 'aa01' }, { id: 'bb02', disabled: true }],
  },
  account(data('long'), creator(relay)),
  account(data('read'), creator(relay)),
  account(data('written'), creator(relay)),
  account(data('unread'), creator(relay)),
  account(data('traded'), creator(relay)),
  account(data('disabled'), creator(relay)),
  account(data('topped'), creator(relay)),
  account(data('vanishing'), creator(relay)),
  account(data('forged'), creator(relay)),
  account(data('healed'), creator(relay)),
  account(data('replaced'), creator(relay)),
];
const nameOf = (email: string) => email.split('@')[0] ?? '';
const own: Readonly<Record<string, string>> = {
  'wrong-role': '{ kind: signed-jwt, claims: { aud: https://a.example.com } }',
  denied: '{ kind: id-token, audience: https://a.example.com }',
  long: '{ kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform], lifetime: 4h }',
  traded:
    '{ kind: signed-jwt, claims: { aud: https://oauth2.googleapis.com/token }, allowTokenExchange: true }',
};
const TOKEN = '{ kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }';
const chainOf = (name: string, target: string, more = '') =>
  [
    `  - name: ${name}`,
    `    delegates: [${[ops('relay'), ...(name === 'turned' ? [ops('second')] : [])].join(', ')}]`,
    `    target: ${target}`,
    `    credential: ${own[name] ?? TOKEN}`,
    `    secret: projects/acme-ops/secrets/${name}`,
    ...(name === 'read' ? [`    readers: [${sa(shop('job'))}]`] : []),
    ...(name === 'unread' ? [`    readers: [${sa(shop('job'))}]`] : []),
    more,
  ]
    .filter(Boolean)
    .join('\n');

export const CHAINS = `
caller: ${ops('minter')}
defaults: { lifetime: 1h, rotateEvery: 30m }
chains:
${targets.map(({ email }) => chainOf(nameOf(email), email)).join('\n')}
${chainOf('gone-away', data('gone-away'))}
${chainOf('above', shop('above'))}
${chainOf('pinned', `{ email: ${data('pinned')}, uniqueId: "900000000000000000002" }`)}
exceptions:
  - { account: ${data('over')}, member: "group:oncall@acme.com", reason: INC-1, owner: o@acme.com, expires: 2026-11-01 }
  - { account: ${data('excused')}, member: "group:sre@acme.com", reason: INC-2, owner: o@acme.com, expires: 2030-01-01 }
`;

const secret = (name: string, ...more: object[]) => ({
  name: `projects/acme-ops/secrets/${name}`,
  labels: { 'managed-by': 'hopmint' },
  policy: { bindings: [bind(MINTER_ROLE, minter), ...more] },
});
const MINUTE_MS = 60_000;
const MINTED_AT = new Date(NOW.getTime() - 5 * MINUTE_MS);
const HEALED_AT = [40, 20, 5].map((minutes) => new Date(NOW.getTime() - minutes * MINUTE_MS));

/** The secrets after a rotation five minutes ago, and what others have done to some of them since. */
function stockSecrets({ state }: LocalCloud, { chains, caller }: ChainFile): void {
  for (const chain of chains) {
    const kept = state.secrets.get(chain.secret);
    // A fix may have changed the secret since, so its state is set only once.
    if (!kept || kept.versions.length > 0) continue;
    const { uniqueId } = state.accountsByEmail.get(chain.target.email ?? '') ?? {};
    const targetId = chain.name === 'replaced' ? '900000000000000000003' : uniqueId;
    const isForged = chain.name === 'forged';
    const ledger: Ledger = {
      chain: chain.name,
      kind: chain.credential.kind,
      digest: digestOf(chain, caller),
      ...(targetId !== undefined && { targetId: chain.target.uniqueId ?? targetId }),
      mintedAt: isForged ? NOW : MINTED_AT,
      expiresAt: new Date((isForged ? NOW : MINTED_AT).getTime() + 60 * MINUTE_MS),
      current: 2,
      previous: 1,
      first: 1,
      leftover: 0,
      unproven: false,
      ...(chain.name === 'healed' && { healedAt: HEALED_AT }),
    };
    Object.assign(kept.annotations, annotationsOf(ledger));
    Object.assign(kept.versionAliases, { current: 2, previous: 1 });
    if (chain.name === 'vanishing') kept.expireTime = '2026-11-22T12:40:00.000Z';
    const version = (number: number, state: 'ENABLED' | 'DISABLED' = 'ENABLED') => ({
      number,
      createTime: MINTED_AT.toISOString(),
      state,
      etag: `"${number}"`,
      data: '',
      clientSpecifiedPayloadChecksum: true,
    });
    kept.versions.push(version(1), version(2, chain.name === 'disabled' ? 'DISABLED' : 'ENABLED'));
    if (chain.name === 'topped') kept.versions.push(version(3));
  }
}

const names = [...targets.map(({ email }) => nameOf(email)), 'gone-away', 'above', 'pinned'];
const secretsOf: Readonly<Record<string, object[]>> = {
  read: [bind('roles/secretmanager.secretAccessor', sa(shop('job')), 'user:eve@acme.com')],
  written: [bind('roles/secretmanager.secretVersionManager', 'user:eve@acme.com')],
  fine: [bind('roles/secretmanager.secretAccessor', sa(shop('job')))],
};

export const WORLD = {
  organization: {
    id: '900000000001',
    policy: {
      bindings: [
        bind('roles/iam.securityAuditor', sa(AUDITOR)),
        bind('roles/secretmanager.viewer', sa(AUDITOR)),
        bind('roles/owner', ROOT),
        bind('roles/resourcemanager.organizationAdmin', ROOT),
        bind('roles/orgpolicy.policyAdmin', ROOT),
        bind('roles/privilegedaccessmanager.serviceAgent', ENTITLEMENT_AGENT),
      ],
    },
  },
  folders: [
    {
      id: '800000000001',
      parent: 'organizations/900000000001',
      policy: {
        bindings: [bind('roles/secretmanager.secretVersionManager', 'user:mallory@acme.com')],
      },
    },
  ],
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'folders/800000000001',
      policy: {
        bindings: [
          bind(
            'roles/editor',
            '700000000001@cloudservices.gserviceaccount.com'.replace(/^/, 'serviceAccount:'),
          ),
          bind('roles/run.developer', 'user:dev@acme.com'),
          bind('roles/batch.jobsEditor', 'user:eve@acme.com'),
          bind('roles/iam.roleAdmin', 'user:roles@acme.com'),
          bind('roles/viewer', 'domain:acme.com'),
        ],
      },
    },
    {
      id: 'acme-data',
      number: '700000000002',
      parent: 'organizations/900000000001',
      policy: { bindings: [bind('roles/run.jobsExecutorWithOverrides', 'user:runner@acme.com')] },
    },
    {
      id: 'acme-shop',
      number: '700000000003',
      parent: 'organizations/900000000001',
      policy: { bindings: [creator(relay)] },
    },
  ],
  accounts: [
    { email: AUDITOR },
    account(ops('minter'), bind('roles/iam.serviceAccountUser', 'user:eve@acme.com')),
    account(ops('relay'), bind(HOP_ONLY, minter, sa(ops('second')))),
    account(ops('second'), creator(minter)),
    account(ops('deployer'), creator(sa(shop('ci')))),
    account(shop('ci'), creator('user:mallory@acme.com')),
    account(shop('job'), creator('user:anybody@acme.com')),
    account(shop('above')),
    account(data('pinned'), creator(relay)),
    ...targets,
  ],
  roles: [
    { name: HOP_ONLY, includedPermissions: ['iam.serviceAccounts.implicitDelegation'] },
    {
      name: MINTER_ROLE,
      includedPermissions: [
        'secretmanager.secrets.get',
        'secretmanager.secrets.update',
        'secretmanager.versions.add',
        'secretmanager.versions.destroy',
      ],
    },
  ],
  denyPolicies: [
    {
      attachedTo: 'projects/acme-data',
      name: 'no-id-tokens',
      rules: [
        {
          denyRule: {
            deniedPrincipals: [
              `principal://iam.googleapis.com/projects/-/serviceAccounts/${ops('relay')}`,
            ],
            deniedPermissions: ['iam.googleapis.com/serviceAccounts.getOpenIdToken'],
          },
        },
      ],
    },
  ],
  entitlements: [
    {
      name: 'projects/acme-shop/locations/global/entitlements/oncall',
      eligibleUsers: [{ principals: ['user:asker@acme.com'] }],
      privilegedAccess: { gcpIamAccess: { roleBindings: [{ role: CREATOR }] } },
      maxRequestDuration: '3600s',
    },
  ],
  workloads: [
    {
      name: 'projects/acme-data/locations/europe-west3/jobs/nightly',
      serviceAccount: data('fine'),
    },
  ],
  secrets: names.map((name) => secret(name, ...(secretsOf[name] ?? []))),
};

/** The parts of each finding that the test compares. */
export const rowsOf = ({ findings }: Report): string[] =>
  findings
    .filter(({ severity }) => severity !== 'info')
    .map(({ kind, severity, chain, hop, account: of, member }) =>
      [
        severity,
        kind,
        chain && (hop === undefined ? chain : `${chain}/${hop}`),
        nameOf(of),
        member?.split('@')[0],
      ]
        .filter(Boolean)
        .join(' '),
    )
    .sort();

/** One row for each drift above. */
export const EXPECTED = [
  'critical public open allAuthenticatedUsers',
  'critical healed-often healed healed',
  'high account-recreated replaced replaced',
  'high credential-unusable disabled disabled',
  'high credential-unusable topped topped',
  'high secret-expiring vanishing vanishing',
  'medium ledger-mismatch forged forged',
  'high account-disabled off/2 off',
  'high account-missing gone-away/2 gone-away',
  'high account-recreated pinned/2 pinned',
  'high account-recreated reborn/2 reborn serviceAccount:relay',
  'high escalation administered user:eve',
  'high escalation keyed user:eve',
  'high hop-conditional ended/2 ended serviceAccount:relay',
  'high hop-denied denied/2 denied serviceAccount:relay',
  'high hop-expiring ending/2 ending serviceAccount:relay',
  'high hop-order turned turned',
  'high hop-missing missing/2 missing serviceAccount:relay',
  'high hop-missing wrong-role/2 wrong-role serviceAccount:relay',
  'high lifetime-not-allowed long/2 long',
  'high reader-missing unread unread serviceAccount:job',
  'high secret-writers written user:eve',
  'high unexpected-impersonator intruded user:eve',
  'high unexpected-impersonator later user:eve',
  'high unexpected-impersonator led serviceAccount:ci',
  'high unexpected-impersonator led serviceAccount:deployer',
  'high unexpected-impersonator led user:mallory',
  'high unexpected-impersonator over group:oncall',
  `high unexpected-impersonator pooled ${repository}`,
  'low escalation minter user:dev',
  'low exception-expired over group:oncall',
  'low hop-conditional next-week/2 next-week serviceAccount:relay',
  'medium escalation has-keys',
  'high escalation minter user:eve',
  'high latent-grant above user:asker',
  'medium escalation fine user:runner',
  'medium escalation relay user:roles',
  'medium hop-conditional tagged/2 tagged serviceAccount:relay',
  'medium hop-conditional tomorrow/2 tomorrow serviceAccount:relay',
  'medium overgrant above/2 above serviceAccount:relay',
  'medium secret-readers read user:eve',
  'medium secret-writers fine user:mallory',
  'medium shortcut short/2 short serviceAccount:minter',
  'medium token-exchange traded/2 traded',
].sort();

/** What an audit of that world reads with, as the account of the function, and its chain file. */
export async function openDrifts(local: LocalCloud, text = CHAINS) {
  const answer = await fetch(`${local.url}/_local/token`, {
    method: 'POST',
    body: JSON.stringify({ account: AUDITOR }),
  });
  const { accessToken } = (await answer.json()) as { accessToken: string };
  const client = new OAuth2Client();
  client.setCredentials({ access_token: accessToken });
  const self = { identity: async () => client, email: async () => AUDITOR };
  const { file, faults } = parseChainFiles([{ path: 'chains.yaml', text }], NOW);
  if (!file) throw new Error(faults.map(({ message }) => message).join('\n'));
  stockSecrets(local, file);
  const { policies, secrets } = googleCloud(hostsOf(local.url), () => NOW, self);
  return { file, policies, secrets };
}

/** Audits that world. */
export async function auditOf(local: LocalCloud, text = CHAINS): Promise<Report> {
  const { file, policies, secrets } = await openDrifts(local, text);
  const signal = AbortSignal.timeout(60_000);
  return audit(file, versionOf(), { policies, secrets, now: NOW, signal });
}
