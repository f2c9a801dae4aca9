import { fileURLToPath } from 'node:url';
import { type Grant, grantsOf, roleOf } from '../../../cli/commands/start/deployed/grants.ts';
import { DEAD_LETTER_GRANTS } from '../../least-privilege/dead-letters.ts';
import { OTHER_GRANTS, type OtherGrant } from '../../least-privilege/other-grants.ts';
import { type AppliedGrant, grantsIn } from './grants-in-state.ts';
import { type Bindings, openBindings } from './provider/bindings.ts';
import { openWorkspace } from './workspace.ts';

// test/least-privilege shows that the functions need exactly the grants of cli/commands/start/deployed/grants.ts. This test shows that the Terraform
// module makes exactly those grants.

const DEPLOY = fileURLToPath(new URL('../../../deploy', import.meta.url));
const ORGANIZATION = 'organizations/900000000001';
const PROJECTS = ['projects/acme-ops', 'projects/acme-data'];
const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;

const rootWith = (args: string): string => `module "hopmint" {
  source          = "./terraform"
  project_id      = "acme-ops"
  region          = "europe-west1"
  secret_projects = ["acme-ops", "acme-data"]
  publishers      = ["serviceAccount:pipeline@acme-ops.iam.gserviceaccount.com"]
  page = {
    domain  = "hopmint.acme.com"
    viewers = ["group:oncall@acme.com"]
  }
  ${args}
}
`;

const installations = [
  {
    situation: 'in an organization',
    args: 'organization_id = "900000000001"',
    caller: ops('hopmint-minter'),
    audited: [ORGANIZATION],
  },
  {
    situation: 'without an organization, with an existing caller',
    args: `caller = "${ops('minter')}"`,
    caller: ops('minter'),
    audited: PROJECTS,
  },
];

let bindings: Bindings;
beforeAll(async () => {
  bindings = await openBindings();
});
afterAll(() => bindings?.close());

/** A grant as text. A custom role is shown by its permissions, because its name differs between installations. */
const keyOf = ({ resource, role, member, permissions }: AppliedGrant): string =>
  [member, resource, permissions?.join(' ') ?? role].join(' | ');
const keysOf = (grants: readonly Grant[]): string[] =>
  grants
    .map((grant) => {
      const isCustom = !grant.role.startsWith('roles/');
      return keyOf({
        ...grant,
        ...(isCustom && { permissions: [...roleOf(grant.role).includedPermissions].sort() }),
      });
    })
    .sort();

const matches = (
  grant: AppliedGrant,
  { member, role, resource, permissions }: OtherGrant,
): boolean =>
  member.test(grant.member) &&
  resource.test(grant.resource) &&
  (grant.permissions
    ? grant.permissions.join() === Object.keys(permissions).sort().join()
    : grant.role === role);

describe.each(installations)('deploy/terraform $situation', ({ args, caller, audited }) => {
  let granted: AppliedGrant[];
  const accounts = { fanout: ops('hopmint-fanout'), mint: caller, audit: ops('hopmint-audit') };
  const functionMembers = Object.values(accounts).map((email) => `serviceAccount:${email}`);
  const isFunctions = ({ member }: AppliedGrant) => functionMembers.includes(member);
  const isDeadLetter = ({ member, role }: AppliedGrant) =>
    member === DEAD_LETTER_GRANTS[0]?.member && role.startsWith('roles/pubsub.');

  beforeAll(async () => {
    const workspace = await openWorkspace(
      bindings,
      { 'main.tf': rootWith(args) },
      { from: DEPLOY },
    );
    try {
      await workspace.run('init', '-input=false');
      const applied = await workspace.run('apply', '-input=false', '-auto-approve');
      if (applied.status !== 0) throw new Error(applied.text);
      granted = grantsIn((await workspace.run('show', '-json')).stdout);
    } finally {
      await workspace.close();
    }
  });

  // `./hopmint apply` makes the grants on secrets.
  it('grants the functions exactly the roles that they need, except on secrets', () => {
    const grants = grantsOf({
      accounts,
      project: 'acme-ops',
      secrets: PROJECTS.map((project) => `${project}/secrets/one`),
      audited,
      buckets: { chains: 'acme-ops-hopmint-chains', state: 'acme-ops-hopmint-state' },
    });
    const notOnSecrets = grants.filter(({ resource }) => !resource.includes('/secrets/'));
    expect(granted.filter(isFunctions).map(keyOf).sort()).toEqual(keysOf(notOnSecrets));
  });

  it('grants Pub/Sub the roles that it needs for dead letters', () => {
    expect(granted.filter(isDeadLetter).map(keyOf).sort()).toEqual(keysOf(DEAD_LETTER_GRANTS));
  });

  it('makes every other grant that is listed with a reason, and no grant that is not', () => {
    const others = granted.filter((grant) => !isFunctions(grant) && !isDeadLetter(grant));
    const unlisted = others.filter((grant) => !OTHER_GRANTS.some((one) => matches(grant, one)));
    expect(unlisted.map(keyOf)).toEqual([]);
    const missing = OTHER_GRANTS.filter((one) => !others.some((grant) => matches(grant, one)));
    expect(missing.map(({ member, role }) => `${member} ${role}`)).toEqual([]);
  });
});
