import type { Auditor } from '../../../../functions/audit/auditor.ts';
import { type LocalCloud, startLocalCloud } from '../../../../local/cloud.ts';
import { parseChange } from '../../../../shared/domain/audit/changed-resources.ts';
import type { ListedReport } from '../../../../shared/domain/audit/listed-report.ts';
import { intentOf } from '../../../../shared/domain/chain/intent.ts';
import { LIFETIME_CONSTRAINT } from '../../../../shared/domain/iam/lifetime-policy.ts';
import { audit } from '../../../../shared/operations/audit.ts';
import { chain, now, file as plain } from '../../../domain/audit/audit-world.ts';
import { versionOf } from '../../../domain/chain/versions.ts';
import { CREATOR, READER, RELAY } from '../../../domain/iam/snapshots.ts';
import { runs } from '../../../runs.ts';
import { type Random, randomOf } from '../../../soak/random.ts';
import { cloudOf, member, openAuditor, seed } from './changing-world.ts';

const ROOT = 'user:root@acme.com';
const DEPLOYER = 'deployer@acme-ops.iam.gserviceaccount.com';
const DEPLOYER_ID = '100000000000000000009';
const ROLE = 'projects/acme-data/roles/mayMint';
const { credential } = chain;
const file = {
  ...plain,
  chains: [{ ...chain, credential: { ...credential, lifetimeSeconds: 7200 } }],
};
const lifetimes = (...allowedValues: string[]) => ({ [LIFETIME_CONSTRAINT]: { allowedValues } });
const owner = { role: 'roles/owner', members: [ROOT] };
const everything = [
  owner,
  ...['organizationAdmin', 'folderAdmin', 'projectMover'].map((name) => ({
    role: `roles/resourcemanager.${name}`,
    members: [ROOT],
  })),
  ...[
    'securityAdmin',
    'denyAdmin',
    'organizationRoleAdmin',
    'serviceAccountAdmin',
    'serviceAccountKeyAdmin',
  ].map((name) => ({ role: `roles/iam.${name}`, members: [ROOT] })),
  { role: 'roles/orgpolicy.policyAdmin', members: [ROOT] },
];
const world = {
  ...seed,
  organization: {
    id: '91',
    policy: { bindings: [...seed.organization.policy.bindings, ...everything] },
    orgPolicies: lifetimes(READER),
  },
  folders: [
    { id: '81', parent: 'organizations/91' },
    { id: '82', parent: 'organizations/91' },
  ],
  projects: seed.projects.map((one) => ({ ...one, parent: 'folders/81' })),
  accounts: [
    ...seed.accounts,
    {
      email: DEPLOYER,
      uniqueId: DEPLOYER_ID,
      policy: { bindings: [{ role: CREATOR, members: ['user:zoe@acme.com'] }] },
    },
  ],
  roles: [{ name: ROLE, includedPermissions: ['iam.serviceAccounts.getAccessToken'] }],
};
const ofAccount = (email: string) => `projects/-/serviceAccounts/${email}`;

/** Edits of every kind, each as a person makes it. Those that fail, such as undeleting a live account, change nothing. */
function edits(
  call: (method: string, path: string, body?: object) => Promise<unknown>,
  local: LocalCloud,
  random: Random,
) {
  const toggle = async (path: string, role: string, who: string) => {
    const policy = (await call('POST', `${path}:getIamPolicy`, {
      options: { requestedPolicyVersion: 3 },
    })) as { bindings?: { role: string; members: string[] }[] } | undefined;
    if (!policy) return undefined;
    const { bindings = [] } = policy;
    const members = new Set(bindings.flatMap((one) => (one.role === role ? one.members : [])));
    if (!members.delete(who)) members.add(who);
    const others = bindings.filter((one) => one.role !== role);
    const changed = [...others, ...(members.size > 0 ? [{ role, members: [...members] }] : [])];
    return call('POST', `${path}:setIamPolicy`, { policy: { ...policy, bindings: changed } });
  };
  const account = () => `/v1/${ofAccount(random.pick([READER, RELAY, DEPLOYER]))}`;
  const container = () =>
    random.pick([
      '/v3/projects/acme-data',
      '/v3/projects/acme-ops',
      '/v3/folders/81',
      '/v3/folders/82',
      '/v3/organizations/91',
    ]);
  const denied = (id: string) =>
    `/v2/policies/${encodeURIComponent(`cloudresourcemanager.googleapis.com/${random.pick(['projects/acme-data', 'folders/81', 'folders/82', 'organizations/91'])}`)}/denypolicies${id}`;
  const permissions = () =>
    random.pick([
      ['iam.serviceAccounts.getAccessToken'],
      ['iam.serviceAccounts.actAs'],
      ['iam.serviceAccountKeys.create'],
    ]);
  const principal = random.pick([DEPLOYER, RELAY]);
  /** The organization policy of a container above the project. Its method is not in the local cloud. */
  const limit = async (name: string) => {
    const id = name.split('/')[1] ?? '';
    const above = name.startsWith('folders')
      ? local.state.folders.get(id)
      : local.state.organizations.get(id);
    if (!above) throw new Error(`no ${name}`);
    above.orgPolicies = random.oneIn(2) ? lifetimes(READER) : lifetimes();
    return [
      {
        protoPayload: {
          methodName: 'google.cloud.orgpolicy.v2.OrgPolicy.UpdatePolicy',
          resourceName: `${name}/policies/${LIFETIME_CONSTRAINT}`,
        },
      },
    ];
  };
  return [
    () =>
      toggle(
        account(),
        CREATOR,
        random.pick(['user:eve@acme.com', member(DEPLOYER), member(RELAY)]),
      ),
    () => toggle(`/v1/${ofAccount(READER)}`, ROLE, 'user:rob@acme.com'),
    () =>
      toggle(
        container(),
        random.pick([CREATOR, 'roles/iam.serviceAccountKeyAdmin']),
        random.pick(['user:ana@acme.com', member(DEPLOYER)]),
      ),
    () => call('PATCH', `/v1/${ROLE}`, { includedPermissions: permissions() }),
    () => call('DELETE', `/v1/${ROLE}`),
    () => call('POST', `/v1/${ROLE}:undelete`, {}),
    () =>
      call('POST', `${denied('')}?policyId=no-hop`, {
        rules: [
          {
            denyRule: {
              deniedPrincipals: [
                `principal://iam.googleapis.com/projects/-/serviceAccounts/${principal}`,
              ],
              deniedPermissions: ['iam.googleapis.com/serviceAccounts.getAccessToken'],
            },
          },
        ],
      }),
    () => call('DELETE', denied('/no-hop')),
    () => call('POST', `${account()}/keys`, {}),
    () => call('POST', `${account()}:${random.pick(['disable', 'enable'])}`, {}),
    () => call('DELETE', account()),
    () =>
      call(
        'POST',
        `/v1/${ofAccount(random.pick([DEPLOYER_ID, '100000000000000000002', '100000000000000000003']))}:undelete`,
        {},
      ),
    () =>
      call('POST', `/v3/projects/${random.pick(['acme-data', 'acme-ops'])}:move`, {
        destinationParent: random.pick(['folders/81', 'folders/82', 'organizations/91']),
      }),
    () =>
      call('POST', `/v1/projects/${random.pick(['acme-data', '700000000002'])}:setOrgPolicy`, {
        policy: {
          constraint: `constraints/${LIFETIME_CONSTRAINT}`,
          listPolicy: { allowedValues: [random.pick([READER, RELAY])] },
        },
      }),
    () => limit('folders/81'),
    () => limit('folders/82'),
    () => limit('organizations/91'),
  ];
}

const shown = ({ findings, chains, coverage }: ListedReport) => ({
  findings: findings
    .map(({ kind, severity, fingerprint, evidence, members, member: one }) =>
      [kind, severity, fingerprint, evidence.summary, members ?? one].join(' | '),
    )
    .sort(),
  hops: chains.map(({ state, hops }) => [state, ...hops.map((hop) => hop.state)]),
  unread: coverage.unread,
});

describe('an audit of what has changed', () => {
  const locals: LocalCloud[] = [];
  afterEach(() => Promise.all(locals.splice(0).map((local) => local.close())));

  it(
    'equals an audit of everything after bursts of edits of every kind',
    async () => {
      const done = new Set<number>();
      for (let seedOf = 1; seedOf <= runs(1); seedOf++) {
        const random = randomOf(seedOf);
        let clock = now;
        const local = await startLocalCloud({ seed: world, now: () => clock });
        locals.push(local);
        const answer = await fetch(`${local.url}/_local/token`, {
          method: 'POST',
          body: JSON.stringify({ account: ROOT }),
        });
        const { accessToken } = (await answer.json()) as { accessToken: string };
        const call = async (method: string, path: string, body?: object) => {
          const headers = {
            authorization: `Bearer ${accessToken}`,
            'content-type': 'application/json',
          };
          const called = await fetch(`${local.url}${path}`, {
            method,
            headers,
            ...(body && { body: JSON.stringify(body) }),
          });
          const value = (await called.json()) as object;
          return called.ok ? value : undefined;
        };
        const { policies, secrets } = await cloudOf(local);
        const log = {
          audited: () => {},
          alert: () => {},
          broken: () => {},
          ahead: () => {},
          notSent: () => {},
          healing: () => {},
          notHealed: () => {},
        };
        const intent = intentOf(file, versionOf());
        const auditor: Auditor = await openAuditor(local, { log, readIntent: async () => intent });
        await auditor.renew();
        for (let burst = 0; burst < 20; burst++) {
          const from = local.state.log.length;
          const made: object[] = [];
          for (let i = random.between(1, 4); i > 0; i--) {
            const all = edits(call, local, random);
            const missing = [...all.keys()].filter((which) => !done.has(which));
            const which = random.pick(
              missing.length > 0 && !random.oneIn(4) ? missing : [...all.keys()],
            );
            const result = await all[which]?.();
            if (result !== undefined) done.add(which);
            if (Array.isArray(result)) made.push(...result);
          }
          clock = new Date(clock.getTime() + 60_000);
          const names = [...local.state.log.slice(from), ...made].flatMap(
            (entry) => parseChange(entry)?.names ?? [],
          );
          await auditor.changed(names);
          const partial = await auditor.known();
          const whole = await audit(file, versionOf(), {
            policies: {
              ...policies,
              denyPolicies: (name, signal) =>
                policies.denyPolicies(name, signal, { refresh: true }),
            },
            secrets,
            now: clock,
            signal: AbortSignal.timeout(20_000),
          });
          if (!partial) throw new Error('no report');
          expect({ seedOf, burst, names, ...shown(partial) }).toEqual({
            seedOf,
            burst,
            names,
            ...shown(whole),
          });
        }
      }
      expect([...done].sort((a, b) => a - b)).toEqual(Array.from({ length: 17 }, (_, i) => i));
    },
    runs(30_000),
  );
});
