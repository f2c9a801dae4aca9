import { fileURLToPath } from 'node:url';
import { type Grant, grantsOf, roleOf } from '../../../cli/commands/start/grants.ts';
import { DEAD_LETTERS } from '../../least-privilege/dead-letters.ts';
import { ELSEWHERE, type Elsewhere } from '../../least-privilege/elsewhere.ts';
import { type Bindings, openBindings } from './bindings.ts';
import { grantsIn, madeIn, type Resolved } from './resolved.ts';
import { openWorkspace } from './workspace.ts';

// test/least-privilege shows that the functions need all of what cli/commands/start/grants.ts says, and nothing else. Here that is what they have.

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const ORGANIZATION = 'organizations/900000000001';
const PROJECTS = ['projects/acme-ops', 'projects/acme-data'];
const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;
const member = (email: string) => `serviceAccount:${email}`;

const rootWith = (args: string): string => `module "hopmint" {
  source          = "./terraform"
  project_id      = "acme-ops"
  region          = "europe-west1"
  secret_projects = ["acme-ops", "acme-data"]
  page = {
    domain  = "hopmint.acme.com"
    viewers = ["group:oncall@acme.com"]
  }
  ${args}
}
`;

const installations: [where: string, args: string, caller: string, audited: string[]][] = [
  ['in an organization', 'organization_id = "900000000001"', ops('hopmint-minter'), [ORGANIZATION]],
  [
    'in no organization, with a caller that is there',
    `caller = "${ops('minter')}"`,
    ops('minter'),
    PROJECTS,
  ],
];

let bindings: Bindings;
beforeAll(async () => {
  bindings = await openBindings();
});
afterAll(() => bindings?.close());

/** What is granted on what to whom: custom roles by what they hold, as their names differ between installations. */
const keyOf = ({ resource, role, member: who, permissions }: Resolved): string =>
  [who, resource, permissions?.join(' ') ?? role].join(' | ');
const wanted = (grants: readonly Grant[]): string[] =>
  grants
    .map((grant) => {
      const isCustom = !grant.role.startsWith('roles/');
      return keyOf({
        ...grant,
        ...(isCustom && { permissions: [...roleOf(grant.role).includedPermissions].sort() }),
      });
    })
    .sort();

const isOf = (grant: Resolved, { who, role, on, uses }: Elsewhere): boolean =>
  who.test(grant.member) &&
  on.test(grant.resource) &&
  (grant.permissions
    ? grant.permissions.join() === Object.keys(uses).sort().join()
    : grant.role === role);

describe.each(installations)('deploy/terraform %s', (_where, args, caller, audited) => {
  let granted: Resolved[];
  const accounts = { fanout: ops('hopmint-fanout'), mint: caller, audit: ops('hopmint-audit') };
  const isOurs = ({ member: who }: Resolved) => Object.values(accounts).map(member).includes(who);
  const isAgent = ({ member: who }: Resolved) => who === DEAD_LETTERS[0]?.member;

  beforeAll(async () => {
    const workspace = await openWorkspace(
      bindings,
      { 'main.tf': rootWith(args) },
      { from: DEPLOY },
    );
    await workspace.run('init', '-input=false');
    const applied = await workspace.run('apply', '-input=false', '-auto-approve');
    expect(applied).toMatchObject({ status: 0 });
    granted = grantsIn(madeIn((await workspace.run('show', '-json')).output));
    await workspace.close();
  });

  it('grants the functions just what they need; `./hopmint apply` grants what is on secrets', () => {
    const grants = grantsOf({
      accounts,
      project: 'acme-ops',
      secrets: PROJECTS.map((project) => `${project}/secrets/one`),
      audited,
      buckets: { chains: 'acme-ops-hopmint-chains', state: 'acme-ops-hopmint-state' },
    });
    const here = grants.filter(({ resource }) => !resource.includes('/secrets/'));
    expect(granted.filter(isOurs).map(keyOf).sort()).toEqual(wanted(here));
  });

  it('grants Pub/Sub itself what dead letters need', () => {
    expect(granted.filter(isAgent).map(keyOf).sort()).toEqual(wanted(DEAD_LETTERS));
  });

  it('grants nothing else that is not listed with a reason, and all that is listed', () => {
    const others = granted.filter((grant) => !isOurs(grant) && !isAgent(grant));
    const unlisted = others.filter((grant) => !ELSEWHERE.some((one) => isOf(grant, one)));
    expect(unlisted.map(keyOf)).toEqual([]);
    const unused = ELSEWHERE.filter((one) => !others.some((grant) => isOf(grant, one)));
    expect(unused.map(({ who, role }) => `${who} ${role}`)).toEqual([]);
  });
});
