import type { Failure } from '../basics/failure.ts';
import type { Result } from '../basics/result.ts';
import { commandLine } from '../basics/text/shell-line.ts';
import { nameOf, projectOf } from '../chain/account.ts';
import type { Chain } from '../chain/chain.ts';
import { AUTOMATIC, locationsOf } from '../chain/replication.ts';
import { allowsLonger, isLongLived, LIFETIME_CONSTRAINT } from '../iam/lifetime-policy.ts';
import type { EffectivePolicy } from './facts.ts';
import type { Installation } from './installation.ts';
import { chainsIn } from './installation.ts';
import { failed, type Judged, ok, together, unknown, unread } from './judged.ts';
import { allowsLocation } from './locations.ts';

/** The constraints, without `constraints/`. A managed constraint has another name than the older one. */
export const CONSTRAINT = {
  locations: 'gcp.resourceLocations',
  keys: 'gcp.restrictNonCmekServices',
  ingress: 'run.allowedIngress',
  workerPools: 'cloudbuild.allowedWorkerPools',
  accountCreation: 'iam.disableServiceAccountCreation',
  managedAccountCreation: 'iam.managed.disableServiceAccountCreation',
  memberDomains: 'iam.allowedPolicyMemberDomains',
  keyCreation: 'iam.disableServiceAccountKeyCreation',
  managedKeyCreation: 'iam.managed.disableServiceAccountKeyCreation',
  lifetime: LIFETIME_CONSTRAINT,
} as const;

export type ReadPolicy = Result<EffectivePolicy, Failure>;
export type PolicyOfProject = { readonly project: string; readonly policy: ReadPolicy };

const unreadPolicy = (constraint: string, project: string, error: Failure): Judged =>
  unread(`${constraint} of ${project}`, error);

const isUnrestricted = (policy: EffectivePolicy): boolean =>
  policy.allowAll && !policy.denyAll && policy.deniedValues.length === 0;

/** Does a list constraint allow a value? `under:` and `in:` values need more than a comparison. */
function allowsValue(policy: EffectivePolicy, value: string): boolean {
  const has = (values: readonly string[]) =>
    values.some((listed) => listed.replace(/^is:/, '') === value);
  if (policy.denyAll || has(policy.deniedValues)) return false;
  return policy.allowAll || policy.allowedValues.length === 0 || has(policy.allowedValues);
}

/** The region of the installation, and the locations of the secrets of its chains. */
export function judgeLocations(
  { project, file, settings: { region } }: Installation,
  policies: readonly PolicyOfProject[],
): Judged {
  const needs = policies.flatMap(({ project: id, policy }) => {
    const secrets = chainsIn(id, file.chains).flatMap(({ name, replication = AUTOMATIC }) =>
      locationsOf(replication).map((location) => ({
        what: `the secret of ${name}`,
        location: location === 'automatic' ? 'global' : location,
      })),
    );
    const own =
      id === project && region !== undefined
        ? [{ what: 'the installation', location: region }]
        : [];
    return { id, policy, needed: [...own, ...secrets] };
  });
  const noRegion =
    region === undefined &&
    policies.some(
      ({ project: id, policy }) => id === project && policy.ok && !isUnrestricted(policy.value),
    )
      ? [unknown('the region of the installation is not known: name it with --region')]
      : [];
  return together([
    ...noRegion,
    ...needs.map(({ id, policy, needed }) => {
      if (!policy.ok) return unreadPolicy(CONSTRAINT.locations, id, policy.error);
      if (isUnrestricted(policy.value)) return ok(`${id}: every location`);
      return together([
        ok(`${id}: ${[...new Set(needed.map(({ location }) => location))].join(', ')}`),
        ...needed.map(({ what, location }) => {
          const allowed = allowsLocation(policy.value, location);
          const text = `${what} needs ${location} in ${id}`;
          if (allowed === 'yes') return ok(`${id}: ${location}`);
          if (allowed === 'unknown')
            return unknown(
              `${text}, and we do not know the regions of ${policy.value.allowedValues.join(', ')}`,
            );
          return failed(
            `${text}, and the policy does not allow it`,
            allow(CONSTRAINT.locations, needed.map(allowable), id),
          );
        }),
      ]);
    }),
  ]);
}

const allowable = ({ location }: { readonly location: string }): string =>
  location === 'global' ? location : `in:${location}-locations`;

/**
 * An administrator of the organization's policies runs it. The first value that a project allows ends what it inherits, so the command names all
 * values that we need.
 */
const allow = (constraint: string, values: readonly string[], project: string): string =>
  commandLine('gcloud resource-manager org-policies allow', [
    constraint,
    ...new Set(values),
    `--project=${project}`,
  ]);

/** Google's default for this project. An administrator of the organization's policies runs it. */
const reset = (constraint: string, project: string): string =>
  commandLine('gcloud org-policies reset', [constraint, `--project=${project}`]);

/** The services that store something of an installation. */
const STORES = ['artifactregistry', 'pubsub', 'run', 'storage'].map(
  (name) => `${name}.googleapis.com`,
);
const SECRETS = 'secretmanager.googleapis.com';

/** Customer-managed keys: a denied service needs a key for everything that it stores. */
export function judgeKeys(
  { project, file, settings: { withKeys } }: Installation,
  policies: readonly PolicyOfProject[],
): Judged {
  return together(
    policies.map(({ project: id, policy }) => {
      if (!policy.ok) return unreadPolicy(CONSTRAINT.keys, id, policy.error);
      const isDenied = (service: string) => !allowsValue(policy.value, service);
      const services =
        id === project
          ? STORES.filter((service) => isDenied(service) && !withKeys.has(service))
          : [];
      const chains = isDenied(SECRETS)
        ? chainsIn(id, file.chains).filter((chain) => !hasKeys(chain))
        : [];
      const missing = [...services, ...chains.map(({ name }) => `the secret of ${name}`)];
      return missing.length === 0
        ? ok(`${id}: no key is missing`)
        : failed(
            `${id} requires a customer-managed key for ${missing.join(', ')}`,
            reset(CONSTRAINT.keys, id),
          );
    }),
  );
}

const hasKeys = ({ replication = AUTOMATIC }: Chain): boolean =>
  replication.automatic
    ? replication.kmsKey !== undefined
    : replication.replicas.every(({ kmsKey }) => kmsKey !== undefined);

/** @param ingress of each function, as Cloud Run spells it */
export function judgeIngress(
  project: string,
  policy: ReadPolicy,
  ingress: Readonly<Record<string, string>>,
): Judged {
  if (!policy.ok) return unreadPolicy(CONSTRAINT.ingress, project, policy.error);
  const refused = Object.entries(ingress).filter(([, value]) => !allowsValue(policy.value, value));
  const text = (entries: typeof refused) =>
    entries.map(([name, value]) => `${name} ${value}`).join(', ');
  if (refused.length === 0) return ok(text(Object.entries(ingress)));
  return failed(
    `the policy does not allow the ingress of ${text(refused)}`,
    allow(CONSTRAINT.ingress, Object.values(ingress), project),
  );
}

/** @param ancestors of the project of the pool, as `folders/1`: a policy can allow every pool under them */
export function judgeWorkerPools(
  { project, settings: { workerPool } }: Installation,
  policy: ReadPolicy,
  ancestors: readonly string[],
): Judged {
  if (!policy.ok) return unreadPolicy(CONSTRAINT.workerPools, project, policy.error);
  if (isUnrestricted(policy.value)) return ok(workerPool ?? 'every pool');
  if (workerPool === undefined) {
    return failed(
      `the policy allows only the pools ${policy.value.allowedValues.join(', ') || '(none)'}, and the builds use the default pool`,
      reset(CONSTRAINT.workerPools, project),
    );
  }
  const isUnder = policy.value.allowedValues.some((value) => {
    const [, above] = /^under:(.+)$/.exec(value) ?? [];
    return above !== undefined && (workerPool.startsWith(`${above}/`) || ancestors.includes(above));
  });
  return isUnder || allowsValue(policy.value, workerPool)
    ? ok(workerPool)
    : failed(
        `the policy does not allow ${workerPool}`,
        allow(CONSTRAINT.workerPools, [workerPool], project),
      );
}

/** @param accounts the emails of the installation, and whether each exists */
export function judgeAccountCreation(
  project: string,
  policies: readonly ReadPolicy[],
  accounts: readonly { readonly email: string; readonly exists: Result<boolean, Failure> }[],
): Judged {
  const missing = accounts.filter(({ exists }) => exists.ok && !exists.value);
  const unseen = accounts.flatMap(({ email, exists }) =>
    exists.ok ? [] : [unread(`the account ${email}`, exists.error)],
  );
  if (missing.length === 0 && unseen.length === 0)
    return ok(`all ${accounts.length} accounts exist`);
  const refusals = policies.flatMap((policy) =>
    policy.ok ? [] : [unreadPolicy(CONSTRAINT.accountCreation, project, policy.error)],
  );
  const isEnforced = policies.some((policy) => policy.ok && policy.value.isEnforced);
  if (!isEnforced && refusals.length === 0) return ok('new accounts are allowed');
  if (!isEnforced) return together(refusals);
  if (missing.length === 0) return together(unseen);
  return failed(
    `new accounts are forbidden, and these are missing: ${missing.map(({ email }) => email).join(', ')}`,
    commandLine('gcloud resource-manager org-policies disable-enforce', [
      CONSTRAINT.accountCreation,
      `--project=${project}`,
    ]),
  );
}

/**
 * @param hasWriterGrants whether the log sinks have their grants already: a policy does not touch what is granted. Undefined before
 *   installing
 */
export function judgeMemberDomains(
  project: string,
  policy: ReadPolicy,
  hasWriterGrants: boolean | undefined,
): Judged {
  if (!policy.ok) return unreadPolicy(CONSTRAINT.memberDomains, project, policy.error);
  if (isUnrestricted(policy.value)) return ok('members of every domain');
  if (hasWriterGrants) return ok('restricted, and the members that need a grant have it');
  return failed(
    "the policy allows members of some domains only, and refuses Google's account that writes the log sink",
    reset(CONSTRAINT.memberDomains, project),
  );
}

/** @param isInOrganization without an organization nobody can set the constraint */
export const judgeKeyCreation = (
  read: readonly {
    readonly project: string;
    readonly isInOrganization: boolean;
    readonly policies: readonly ReadPolicy[];
  }[],
): Judged =>
  together(
    read.map(({ project, isInOrganization, policies }) => {
      if (policies.some((policy) => policy.ok && policy.value.isEnforced)) {
        return ok(`${project}: nobody can create a key`);
      }
      if (!isInOrganization)
        return ok(`${project} is in no organization, so it has no such policy`);
      const refused = policies.find((policy) => !policy.ok);
      if (refused && !refused.ok) {
        return unreadPolicy(CONSTRAINT.keyCreation, project, refused.error);
      }
      return failed(
        `${project}: an identity that may create a key of an account gets a credential that never expires`,
        commandLine('gcloud resource-manager org-policies enable-enforce', [
          CONSTRAINT.keyCreation,
          `--project=${project}`,
        ]),
      );
    }),
  );

/** @param policies by the project of the target */
export function judgeLifetime(
  chains: readonly Chain[],
  policies: ReadonlyMap<string, ReadPolicy>,
): Judged {
  const long = chains.filter(isLongLived);
  if (long.length === 0) return ok('no chain needs it');
  const emailsIn = (project: string) =>
    long.flatMap(({ target }) => (projectOf(target) === project ? (target.email ?? []) : []));
  return together(
    long.map(({ name, target }) => {
      const project = projectOf(target);
      const policy = project === undefined ? undefined : policies.get(project);
      if (project === undefined || !policy || target.email === undefined) {
        return unknown(`${name}: the project of ${nameOf(target)} is not known`);
      }
      if (!policy.ok) return unreadPolicy(CONSTRAINT.lifetime, project, policy.error);
      return allowsLonger(policy.value, target.email)
        ? ok(`${name}: ${target.email}`)
        : failed(
            `${name}: the policy does not list ${target.email}`,
            allow(CONSTRAINT.lifetime, emailsIn(project), project),
          );
    }),
  );
}
