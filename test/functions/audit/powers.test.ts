import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { membersIn } from '../../../shared/domain/audit/finding/finding.ts';
import type { Report } from '../../../shared/domain/audit/report.ts';
import { auditOf, NOW } from './alerts/drifts.ts';

const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const EVE = 'user:eve@acme.com';
const TARGET = ops('target');
const CREATOR = 'roles/iam.serviceAccountTokenCreator';
const bind = (role: string, ...members: string[]) => ({ role, members });
const policy = (...bindings: object[]) => ({ policy: { version: 3, bindings } });
const CUSTOM = 'projects/acme-ops/roles/custom';
const custom = (of: object) => [
  { name: CUSTOM, includedPermissions: ['iam.serviceAccounts.getAccessToken'], ...of },
];
const CHAINS = `
caller: ${ops('minter')}
chains:
  - name: one
    target: ${TARGET}
    credential: { kind: access-token, scopes: [https://www.googleapis.com/auth/cloud-platform] }
    secret: projects/acme-ops/secrets/one
`;

/** What Eve has besides the grants of the chain. */
type Powers = { project?: object[]; organization?: object[]; target?: object[]; batch?: object[] };
const worldOf = ({ project, organization, target, batch }: Powers, roles: object[] = []) => ({
  organization: {
    id: '900000000001',
    ...policy(
      bind('roles/iam.securityAuditor', `serviceAccount:${ops('hopmint-audit')}`),
      ...(organization ?? []),
    ),
  },
  projects: [
    {
      id: 'acme-ops',
      number: '700000000001',
      parent: 'organizations/900000000001',
      ...policy(...(project ?? [])),
    },
  ],
  accounts: [
    { email: ops('hopmint-audit') },
    { email: ops('minter') },
    { email: ops('batch'), ...policy(...(batch ?? [])) },
    {
      email: TARGET,
      ...policy(bind(CREATOR, `serviceAccount:${ops('minter')}`), ...(target ?? [])),
    },
  ],
  roles,
});

const ROLE_PATH = `iam/v1/${CUSTOM}`;
const mint = (account: string) =>
  ['POST', `iamcredentials/v1/projects/-/serviceAccounts/${account}:generateAccessToken`] as const;

describe('a member with a power', () => {
  let local: LocalCloud;
  const call = async (token: string, method: string, path: string, body: object = {}) => {
    const [service, ...rest] = path.split('/');
    const answer = await fetch(`${local.url}/${rest.join('/')}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const json = (await answer.json()) as Record<string, string>;
    if (!answer.ok) throw new Error(`${service} ${method} ${path}: ${JSON.stringify(json)}`);
    return json;
  };
  const SCOPE = { scope: ['https://www.googleapis.com/auth/cloud-platform'] };
  const tokenOf = async (token: string, account: string) =>
    (await call(token, ...mint(account), SCOPE)).accessToken ?? '';

  const cases: {
    title: string;
    world: object;
    attack: (eve: string) => Promise<unknown>;
  }[] = [
    ...[
      { state: 'opens nothing', of: { includedPermissions: ['iam.serviceAccounts.get'] } },
      { state: 'is disabled', of: { stage: 'DISABLED' } },
    ].map(({ state, of }) => ({
      title: `updates a custom role that ${state}, and mints`,
      world: worldOf(
        { project: [bind('roles/iam.roleAdmin', EVE)], target: [bind(CUSTOM, EVE)] },
        custom(of),
      ),
      attack: (eve: string) =>
        call(eve, 'PATCH', `${ROLE_PATH}?updateMask=includedPermissions,stage`, {
          includedPermissions: ['iam.serviceAccounts.getAccessToken'],
          stage: 'GA',
        }),
    })),
    {
      title: 'restores a deleted custom role, and mints',
      world: worldOf(
        { project: [bind('roles/iam.roleAdmin', EVE)], target: [bind(CUSTOM, EVE)] },
        custom({ deleted: true }),
      ),
      attack: (eve) => call(eve, 'POST', `${ROLE_PATH}:undelete`),
    },
    {
      title: 'becomes an owner, sets a policy, and mints',
      world: worldOf({
        project: [bind('roles/owner', `serviceAccount:${ops('batch')}`)],
        batch: [bind(CREATOR, EVE)],
      }),
      attack: async (eve) =>
        call(
          await tokenOf(eve, ops('batch')),
          'POST',
          `iam/v1/projects/-/serviceAccounts/${TARGET}:setIamPolicy`,
          { policy: { bindings: [bind(CREATOR, EVE)] } },
        ),
    },
  ];
  it.each(cases)('is reported, because it $title', async ({ world, attack }) => {
    local = await startLocalCloud({ seed: world, now: () => NOW });
    try {
      const report: Report = await auditOf(local, CHAINS);
      const named = report.findings.filter((one) => membersIn(one).includes(EVE));
      expect(named.map(({ severity }) => severity)).not.toEqual([]);
      expect(named.every(({ severity }) => severity === 'info')).toBe(false);
      const answer = await fetch(`${local.url}/_local/token`, {
        method: 'POST',
        body: JSON.stringify({ account: EVE }),
      });
      const { accessToken: eve = '' } = (await answer.json()) as { accessToken?: string };
      await expect(tokenOf(eve, TARGET)).rejects.toThrow('PERMISSION_DENIED');
      await attack(eve);
      expect(await tokenOf(eve, TARGET)).toMatch(/./);
    } finally {
      await local.close();
    }
  });
});
