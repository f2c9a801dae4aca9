import { commandLine } from '../basics/text/shell-line.ts';
import { shellArgument, terraformString } from '../basics/text/shell-quote.ts';
import { LABEL } from '../chain/secret.ts';
import type { Condition } from '../iam/policy.ts';
import { conditionFlag } from './condition-flag.ts';

/** How to fix a finding: one shell command, and Terraform if that is safe. */
export type Fix = { readonly gcloud: string; readonly terraform?: string };

/** Google's documentation says to grant this role for a hop. It has the permission to delegate and the permissions of all kinds. */
export const HOP_ROLE = 'roles/iam.serviceAccountTokenCreator';

export type NamedAccount = { readonly email: string; readonly projectId: string };

/** The account that a hop leads to. `name` is its email or unique ID. gcloud needs the project of an account that is named by its ID. */
export type HopTarget = { readonly name: string; readonly projectId: string | undefined };

/** Grants a hop on the account itself. */
export function grantHop(from: string, to: HopTarget): Fix {
  const member = `serviceAccount:${from}`;
  const id = `projects/${to.projectId ?? '-'}/serviceAccounts/${to.name}`;
  return {
    gcloud: commandLine('gcloud iam service-accounts add-iam-policy-binding', [
      to.name,
      `--member=${member}`,
      `--role=${HOP_ROLE}`,
      conditionFlag(undefined),
      ...(to.projectId === undefined ? [] : [`--project=${to.projectId}`]),
    ]),
    terraform: [
      `resource "google_service_account_iam_member" "${label(from)}_on_${label(to.name)}" {`,
      `  service_account_id = ${terraformString(id)}`,
      `  role               = ${terraformString(HOP_ROLE)}`,
      `  member             = ${terraformString(member)}`,
      '}',
    ].join('\n'),
  };
}

/** Removes members from one binding, after the commands of `first`. gcloud removes one member at a time. */
export function removeMembers(
  resource: string,
  role: string,
  members: readonly string[],
  condition: Condition | undefined,
  first: readonly Fix[],
): Fix {
  // gcloud finds a condition without a title only with `--all`.
  const which = condition && !condition.title ? '--all' : conditionFlag(condition);
  const remove = (member: string) =>
    commandLine(...removal(resource, [`--member=${member}`, `--role=${role}`, which]));
  const [only] = members;
  const removeAll =
    only !== undefined && members.length === 1
      ? remove(only)
      : `for member in ${members.map(shellArgument).join(' ')}; do ${remove('$member').replace(shellArgument('$member'), '"$member"')}; done`;
  return { gcloud: [...first.map(({ gcloud }) => gcloud), removeAll].join(' && ') };
}

function removal(resource: string, flags: string[]): [command: string, args: string[]] {
  const [kind = '', id = '', collection, name] = resource.split('/');
  const verb = 'remove-iam-policy-binding';
  if (collection === 'buckets' && name !== undefined) {
    return [`gcloud storage buckets ${verb}`, [`gs://${name}`, ...flags]];
  }
  if (name !== undefined) {
    const group = collection === 'secrets' ? 'secrets' : 'iam service-accounts';
    return [`gcloud ${group} ${verb}`, [name, ...flags, `--project=${id}`]];
  }
  const group = kind === 'folders' ? 'resource-manager folders' : kind;
  return [`gcloud ${group} ${verb}`, [id, ...flags]];
}

/** Google refuses it while somebody has access by the entitlement. The members lose what they can request, and no other access. */
export function deleteEntitlement(name: string): Fix {
  const [kind = '', container = '', , location = '', , id = ''] = name.split('/');
  const flags = [`--location=${location}`, `--${kind.slice(0, -1)}=${container}`, '--quiet'];
  return { gcloud: commandLine('gcloud pam entitlements delete', [id, ...flags]) };
}

export const enableAccount = ({ email, projectId }: NamedAccount): Fix => ({
  gcloud: commandLine('gcloud iam service-accounts enable', [email, `--project=${projectId}`]),
});

export const createAccount = ({ email, projectId }: NamedAccount): Fix => ({
  gcloud: commandLine('gcloud iam service-accounts create', [
    email.split('@')[0] ?? email,
    `--project=${projectId}`,
  ]),
});

/** Works for 30 days after the deletion. A new account would have another unique ID, so a pinned account needs this. */
export const undeleteAccount = (uniqueId: string, projectId: string | undefined): Fix => ({
  gcloud: commandLine('gcloud beta iam service-accounts undelete', [
    uniqueId,
    ...(projectId === undefined ? [] : [`--project=${projectId}`]),
  ]),
});

/** Fails if the secret exists without our label. Then a person must decide whether to label it, because others may use it. */
export function createSecret(secret: string): Fix {
  const [, project = '', , id = ''] = secret.split('/');
  const flags = [`--project=${project}`, `--labels=${LABEL.key}=${LABEL.value}`];
  return {
    gcloud: commandLine('gcloud secrets create', [id, ...flags, '--replication-policy=automatic']),
    terraform: [
      `resource "google_secret_manager_secret" "${label(id)}" {`,
      `  project   = ${terraformString(project)}`,
      `  secret_id = ${terraformString(id)}`,
      `  labels    = { ${LABEL.key} = ${terraformString(LABEL.value)} }`,
      '  replication {',
      '    auto {}',
      '  }',
      '}',
    ].join('\n'),
  };
}

/** Takes away the time at which Google deletes a secret. */
export function removeExpiration(secret: string): Fix {
  const [, project = '', , id = ''] = secret.split('/');
  const flags = [`--project=${project}`, '--remove-expiration'];
  return { gcloud: commandLine('gcloud secrets update', [id, ...flags]) };
}

/** Grants the caller the minter's role on a secret. */
export function grantMinter(secret: string, caller: string): Fix {
  const [, project = '', , id = ''] = secret.split('/');
  const [member, role] = [`serviceAccount:${caller}`, `projects/${project}/roles/hopmintMinter`];
  return grantOnSecret(secret, member, role, `minter_on_${label(id)}`);
}

/** Grants a reader of a chain the role with which it reads the chain's secret. */
export function grantReader(secret: string, member: string): Fix {
  const [, , , id = ''] = secret.split('/');
  const reader = label(member.slice(member.indexOf(':') + 1));
  const role = 'roles/secretmanager.secretAccessor';
  return grantOnSecret(secret, member, role, `${reader}_reads_${label(id)}`);
}

/** @param name of the Terraform resource */
function grantOnSecret(secret: string, member: string, role: string, name: string): Fix {
  const [, project = '', , id = ''] = secret.split('/');
  return {
    gcloud: commandLine('gcloud secrets add-iam-policy-binding', [
      id,
      `--member=${member}`,
      `--role=${role}`,
      conditionFlag(undefined),
      `--project=${project}`,
    ]),
    terraform: [
      `resource "google_secret_manager_secret_iam_member" "${name}" {`,
      `  project   = ${terraformString(project)}`,
      `  secret_id = ${terraformString(id)}`,
      `  role      = ${terraformString(role)}`,
      `  member    = ${terraformString(member)}`,
      '}',
    ].join('\n'),
  };
}

/** Removes our label. The secret and its versions stay, because a workload may still read them. */
export function releaseSecret(secret: string): Fix {
  const [, project = '', , id = ''] = secret.split('/');
  const flags = [`--project=${project}`, `--remove-labels=${LABEL.key}`];
  return { gcloud: commandLine('gcloud secrets update', [id, ...flags]) };
}

/**
 * Adds one account to the values that a constraint allows in a project. Once the project has its own policy it inherits no values, so the
 * command names all of them.
 */
export const allowValue = (
  constraint: string,
  { email, projectId }: NamedAccount,
  allowed: readonly string[],
): Fix => ({
  gcloud: commandLine('gcloud resource-manager org-policies allow', [
    constraint,
    ...new Set([...allowed, email]),
    `--project=${projectId}`,
  ]),
});

const label = (email: string): string => (email.split('@')[0] ?? '').replace(/[^a-z0-9]/g, '_');
