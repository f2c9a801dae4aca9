import roles from '../../../../deploy/roles.json' with { type: 'json' };
import type { Policy } from '../world.ts';

/** The account that each function runs as. */
export type Accounts = { readonly fanout: string; readonly mint: string; readonly audit: string };

/** The resources on which a deployment grants roles. */
export type Installation = {
  readonly accounts: Accounts;
  /** The project of the topics. */
  readonly project: string;
  /** `projects/P/secrets/S` */
  readonly secrets: readonly string[];
  /** The resources that the audit reads: `organizations/O`, or `projects/P` without an organization. */
  readonly audited: readonly string[];
  readonly buckets: {
    /** The bucket of the published chain file. */
    readonly chains: string;
    /** The bucket of the audit's state. Undefined if the audit keeps no state. */
    readonly state?: string;
  };
};

export type Grant = { readonly resource: string; readonly role: string; readonly member: string };

/** Every grant of the functions. Each role is in `deploy/roles.json`, or is one of Google's with one permission. */
export function grantsOf({
  accounts,
  project,
  secrets,
  audited,
  buckets,
}: Installation): readonly Grant[] {
  const [fanout, mint, audit] = [accounts.fanout, accounts.mint, accounts.audit].map(
    (email) => `serviceAccount:${email}`,
  ) as [string, string, string];
  const projects = [...new Set(secrets.map((secret) => secret.split('/')[1] as string))];
  const custom = (owner: string, role: keyof typeof roles) => `${owner}/roles/${role}`;
  const onBucket = (name: string, role: keyof typeof roles, member: string): Grant => ({
    resource: `buckets/${name}`,
    role: custom(`projects/${project}`, role),
    member,
  });
  const publishes = (member: string, topic: string): Grant => ({
    resource: `projects/${project}/topics/hopmint-${topic}`,
    role: 'roles/pubsub.publisher',
    member,
  });
  return [
    ...secrets.map((secret) => ({
      resource: secret,
      role: custom(`projects/${secret.split('/')[1]}`, 'hopmintMinter'),
      member: mint,
    })),
    ...projects.map((id) => ({
      resource: `projects/${id}`,
      role: custom(`projects/${id}`, 'hopmintFanout'),
      member: fanout,
    })),
    ...audited.map((resource) => ({
      resource,
      role: custom(resource, 'hopmintAudit'),
      member: audit,
    })),
    ...[fanout, mint, audit].map((who) => onBucket(buckets.chains, 'hopmintChains', who)),
    ...(buckets.state === undefined ? [] : [onBucket(buckets.state, 'hopmintState', audit)]),
    publishes(fanout, 'mint'),
    publishes(mint, 'failed'),
    publishes(mint, 'tick'),
    publishes(mint, 'rotated'),
    publishes(audit, 'drift'),
    publishes(audit, 'tick'),
  ];
}

/** Google allows permissions on folders, organizations and access boundaries, and to list projects, only in custom roles of organizations. */
const ABOVE_PROJECTS =
  /^(?:resourcemanager\.(?:(?:folders|organizations)\.|projects\.list$)|iam\.principalaccessboundarypolicies\.)/;

/** A custom role of `deploy/roles.json` in the form of a world file. */
export function roleOf(name: string) {
  const { includedPermissions, ...role } = roles[name.split('/').at(-1) as keyof typeof roles];
  return {
    name,
    ...role,
    includedPermissions: name.startsWith('organizations/')
      ? includedPermissions
      : includedPermissions.filter((permission) => !ABOVE_PROJECTS.test(permission)),
  };
}

/** The policy with a grant, if it does not have it already. */
export function withGrant(policy: Policy, { role, member }: Grant): Policy {
  const { bindings } = policy;
  const stands = bindings.some(
    (b) => b.role === role && !b.condition && b.members.includes(member),
  );
  return stands ? policy : { ...policy, bindings: [...bindings, { role, members: [member] }] };
}
