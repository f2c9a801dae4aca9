import { formatDuration } from '../basics/duration.ts';
import { idOf, nameOf } from '../chain/account.ts';
import { type ChainFile, lifetimeSecondsOf } from '../chain/chain.ts';
import { CHAIN_ANNOTATION } from '../chain/secret.ts';
import { createAccount, enableAccount, removeExpiration } from '../grants/fix.ts';
import type { Serves } from '../grants/hop-role.ts';
import { allowsLonger, isLongLived, LIFETIME_CONSTRAINT } from '../iam/lifetime-policy.ts';
import { overflowOf, type PolicyDocument, withMembers } from '../iam/policy-document.ts';
import { deniedGrants } from './denials.ts';
import { endedGrants } from './existing-grants.ts';
import { enableRole, undeleteRole } from './gcloud-commands.ts';
import type { Inventory } from './inventory.ts';
import type { Obstacle } from './obstacle.ts';
import { readingObstacles, usesOf } from './reading-obstacles.ts';
import type { Step } from './step.ts';
import type { Wanted } from './wanted.ts';

/** Adds the lines of the chain file on which the chains of each obstacle begin. */
export function withPositions(
  obstacles: readonly Obstacle[],
  { chains }: Pick<ChainFile, 'chains'>,
): Obstacle[] {
  const sources = new Map(chains.map(({ name, source }) => [name, source]));
  return obstacles.map((obstacle) => {
    const positions = obstacle.chains.flatMap((chain) => sources.get(chain) ?? []);
    return positions.length > 0 ? { ...obstacle, positions } : obstacle;
  });
}

export function obstaclesTo(
  file: ChainFile,
  wanted: Wanted,
  steps: readonly Step[],
  inventory: Inventory,
  now: Date,
): Obstacle[] {
  return [
    ...readingObstacles(file, wanted, inventory),
    ...onAccounts(file, inventory),
    ...onRoles(wanted, inventory),
    ...onDenials(wanted, inventory),
    ...onSecrets(wanted, inventory),
    ...onExpirations(wanted, inventory),
    ...onPolicies(steps, inventory, now),
    ...onLifetimes(file, inventory),
  ];
}

function onAccounts(file: ChainFile, { accounts }: Inventory): Obstacle[] {
  return usesOf(file).flatMap(({ account, chains }): Obstacle[] => {
    const known = accounts.get(idOf(account));
    const resource = `projects/-/serviceAccounts/${nameOf(account)}`;
    if (known === 'missing') {
      const [, email, projectId] = /^(.+@([a-z0-9-]+)\.iam\..*)$/.exec(account.email ?? '') ?? [];
      const text = account.uniqueId
        ? `no account has the unique ID ${account.uniqueId}: it was deleted, or the file is wrong`
        : 'the account does not exist';
      const fix =
        email && projectId && !account.uniqueId
          ? { fix: createAccount({ email, projectId }).gcloud }
          : {};
      return [{ kind: 'account-missing', resource, text, chains, ...fix }];
    }
    if (!known?.disabled) return [];
    const { gcloud: fix } = enableAccount(known);
    return [{ kind: 'account-disabled', resource, text: 'the account is disabled', chains, fix }];
  });
}

function onRoles(wanted: Wanted, { roles }: Inventory): Obstacle[] {
  return wanted.roles.flatMap(({ name, serves }): Obstacle[] => {
    const existing = roles.get(name);
    if (!existing || existing === 'missing' || existing.state === 'live') return [];
    const kind = existing.state === 'deleted' ? 'role-deleted' : 'role-disabled';
    const fix = existing.state === 'deleted' ? undeleteRole(name) : enableRole(name);
    const text = `the role is ${existing.state}, so it grants nothing`;
    return [{ kind, resource: name, text, chains: chainsIn(serves), fix }];
  });
}

const chainsIn = (serves: readonly Serves[]): string[] => [
  ...new Set(serves.map(({ chain }) => chain)),
];

/** Without a hop or the caller's role on a secret a chain cannot rotate. A reader without access is only a note. */
const onDenials = ({ grants }: Wanted, inventory: Inventory): Obstacle[] =>
  deniedGrants(
    grants.filter(({ isReader }) => !isReader),
    inventory,
  )
    .filter(({ rule }) => rule.denies === 'yes')
    .map(({ grant: { resource, member, serves }, permission, rule }) => ({
      kind: 'denied' as const,
      resource,
      text: `rule ${rule.rule} of the deny policy ${rule.policy} denies ${permission} to ${member}: no grant helps, only an exception in that policy does`,
      chains: chainsIn(serves),
    }));

/** `mint` does not rotate a secret whose ledger names another chain. */
const onSecrets = (wanted: Wanted, { secrets }: Inventory): Obstacle[] =>
  wanted.secrets.flatMap(({ name, chain }): Obstacle[] => {
    const existing = secrets.get(name);
    const other =
      existing === undefined || existing === 'missing'
        ? ''
        : existing.annotations[CHAIN_ANNOTATION];
    if (!other || other === chain) return [];
    const text = `its ledger names another chain, ${JSON.stringify(other)}: use another secret, or remove that chain first`;
    return [{ kind: 'secret-foreign', resource: name, text, chains: [chain] }];
  });

/** Google deletes such a secret with all its versions, whether or not anybody still reads it. */
const onExpirations = (wanted: Wanted, { secrets }: Inventory): Obstacle[] =>
  wanted.secrets.flatMap(({ name, chain }): Obstacle[] => {
    const existing = secrets.get(name);
    const expiresAt = existing === 'missing' ? undefined : existing?.expiresAt;
    if (!expiresAt) return [];
    const text = `Google will delete the secret and all its versions at ${expiresAt.toISOString()}`;
    const { gcloud: fix } = removeExpiration(name);
    return [{ kind: 'secret-expiring', resource: name, text, chains: [chain], fix }];
  });

function onPolicies(steps: readonly Step[], inventory: Inventory, now: Date): Obstacle[] {
  const { policies } = inventory;
  const additions = steps.flatMap((step) => (step.do === 'add-member' ? [step] : []));
  return [...Map.groupBy(additions, ({ resource }) => resource)].flatMap(
    ([resource, added]): Obstacle[] => {
      const before: PolicyDocument = policies.get(resource) ?? { etag: '' };
      const overflow = overflowOf(withMembers(before, added));
      if (!overflow) return [];
      const chains = chainsIn(added.flatMap(({ serves }) => serves));
      const fix = endedGrants(added, inventory, now).map(({ remove }) => remove);
      const common = { kind: 'policy-full' as const, resource, text: overflow, chains };
      return [fix.length > 0 ? { ...common, fix: fix.join(' && ') } : common];
    },
  );
}

function onLifetimes(file: ChainFile, { accounts, lifetimePolicies }: Inventory): Obstacle[] {
  return file.chains.filter(isLongLived).flatMap(({ name, target, credential }): Obstacle[] => {
    const account = accounts.get(idOf(target));
    if (!account || account === 'missing') return [];
    const policy = lifetimePolicies.get(account.projectId);
    if (!policy || allowsLonger(policy, account.email)) return [];
    const lifetime = formatDuration(lifetimeSecondsOf(credential));
    const text = `a lifetime of ${lifetime} needs constraints/${LIFETIME_CONSTRAINT} to allow ${account.email}: ask an administrator of the organization policy, or set lifetime: 1h`;
    const resource = `projects/${account.projectId}`;
    return [{ kind: 'lifetime-not-allowed', resource, text, chains: [name] }];
  });
}
