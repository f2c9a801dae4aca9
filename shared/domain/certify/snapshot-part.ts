import { createHash } from 'node:crypto';
import type { Certificate } from '../../certificate/certificate.ts';
import { POWERS } from '../../certificate/powers.ts';
import { basicMembersOf, lowerCaseOf } from '../../certificate/read-certificate.ts';
import type { Policy } from '../iam/policy.ts';
import type { Role } from '../iam/role.ts';
import { resourceOfAccount, type ServiceAccount, type Snapshot } from '../iam/snapshot.ts';

type SnapshotPart = Certificate['snapshot'];
type BindingPart = SnapshotPart['policies'][number]['bindings'][number];
type DenyPolicyPart = SnapshotPart['denyPolicies'][number];

/**
 * What an audit read, as a certificate has it: in a fixed order, each name once, and emails in small letters. The reasons of the bindings
 * are still to be found.
 */
export function snapshotPart(snapshot: Snapshot, bucket: string | undefined): SnapshotPart {
  const live = [...snapshot.accounts.values()].filter((account) => account !== 'missing');
  const policies = [...snapshot.policies].map(([resource, policy]) =>
    policyPart(resource, policy, snapshot),
  );
  const bucketProject = bucket === undefined ? undefined : snapshot.bucketProjects.get(bucket);
  return {
    containers: sorted([...snapshot.containers.values()], ({ name }) => name).map(
      ({ name, number, parent }) => ({
        name,
        ...(number !== undefined && { number }),
        ...(parent !== undefined && { parent }),
        denyRead: snapshot.denyPolicies.has(name),
      }),
    ),
    accounts: sorted(live, ({ email }) => email).map((account) => accountPart(account, snapshot)),
    missing: sorted(
      [...snapshot.accounts].flatMap(([name, account]) => (account === 'missing' ? [name] : [])),
    ),
    policies: sorted(policies, ({ resource }) => resource),
    roles: sorted([...snapshot.roles.values()], ({ name }) => name).map(rolePart),
    denyPolicies: denyPolicyParts(snapshot),
    groups: groupParts(snapshot, policies),
    ...(bucketProject !== undefined && { bucketProject }),
  };
}

/** In the order of code units, which every language has. */
function sorted<T>(items: readonly T[], nameOf: (item: T) => string = String): T[] {
  const byName = new Map(items.map((item) => [nameOf(item), item]));
  return [...byName].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, item]) => item);
}

function accountPart(account: ServiceAccount, { userKeys }: Snapshot) {
  const { email, uniqueId, projectId: project, disabled } = account;
  const keys = userKeys.get(resourceOfAccount(account));
  return { email, uniqueId, project, disabled, keys: keys ? sorted(keys) : null };
}

const policyPart = (resource: string, { bindings, etag = '' }: Policy, snapshot: Snapshot) => ({
  resource,
  etag,
  bindings: [
    ...bindings.map(({ role, members, condition }) => ({
      role,
      members: members.map(lowerCaseOf),
      ...(condition && { condition: condition.expression }),
      reason: 'leads' as const,
    })),
    ...latentBindings(resource, snapshot),
  ],
});

/** What the entitlements of a container give on request, as bindings. */
function latentBindings(resource: string, { entitlements, containers }: Snapshot): BindingPart[] {
  const found = entitlements.get(resource);
  const reason = 'leads' as const;
  if (!found) {
    const members = [`unread:the entitlements of ${resource}`];
    const unread = { role: 'entitlements', members, entitlement: 'unread', reason };
    return containers.has(resource) ? [unread] : [];
  }
  return found.flatMap(({ name, eligible, roles }) =>
    roles.map(({ role, condition }) => ({
      role,
      members: eligible.map(lowerCaseOf),
      ...(condition !== undefined && { condition }),
      entitlement: name,
      reason,
    })),
  );
}

function rolePart({ name, state, permissions }: Role): SnapshotPart['roles'][number] {
  const all = [...permissions].sort();
  const digest = createHash('sha256').update(all.join('\n')).digest('hex');
  const powers = all.filter((permission) => POWERS.has(permission));
  return { name, state, permissions: powers, digest };
}

const denyPolicyParts = ({ denyPolicies }: Snapshot): DenyPolicyPart[] =>
  sorted(
    [...denyPolicies].flatMap(([on, policies]) =>
      policies.map(({ name, etag = '', rules }) => ({
        on,
        name,
        etag,
        rules: rules.map(({ condition, ...rule }) => ({
          deniedPrincipals: rule.deniedPrincipals.map(lowerCasePrincipal),
          exceptionPrincipals: rule.exceptionPrincipals.map(lowerCasePrincipal),
          deniedPermissions: [...rule.deniedPermissions],
          exceptionPermissions: [...rule.exceptionPermissions],
          hasCondition: condition !== undefined,
        })),
      })),
    ),
    ({ on, name }) => `${on} ${name}`,
  );

/** The email in a principal of a deny rule, in small letters. */
const lowerCasePrincipal = (principal: string): string =>
  principal.replace(
    /(?<=^principal(?:Set)?:\/\/(?:goog\/(?:subject|group)|iam\.googleapis\.com\/projects\/[^/]+\/serviceAccounts)\/)[^/]+$/,
    (email) => email.replace(/[A-Z]/g, (letter) => letter.toLowerCase()),
  );

/** Everything with members that the snapshot lists: groups, the accounts of containers, and the basic roles of projects. */
function groupParts(
  snapshot: Snapshot,
  policies: SnapshotPart['policies'],
): SnapshotPart['groups'] {
  const members = (texts: readonly string[]) => sorted(texts.map(lowerCaseOf));
  const isWhole = !snapshot.unread.some(({ resource }) =>
    /\/serviceAccounts$|^the (?:accounts|projects and folders) of /.test(resource),
  );
  const named = new Set(policies.flatMap((one) => one.bindings.flatMap((b) => b.members)));
  return sorted(
    [
      ...[...snapshot.groups].map(([email, group]) => ({
        name: lowerCaseOf(`group:${email}`),
        members: members(group.members),
        administrators: members(group.administrators),
        complete: group.isComplete,
      })),
      ...[...snapshot.setAccounts].map(([container, emails]) => ({
        name: `principalSet://cloudresourcemanager.googleapis.com/${container}/type/ServiceAccount`,
        members: members(emails.map((email) => `serviceAccount:${email}`)),
        administrators: [],
        complete: isWhole,
      })),
      ...[...named].flatMap((name) => {
        const found = basicMembersOf(name, policies);
        return found ? [{ name, members: found, administrators: [], complete: true }] : [];
      }),
    ],
    ({ name }) => name,
  );
}
