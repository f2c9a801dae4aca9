import pLimit from 'p-limit';
import type { Policies } from '../cloud/policies.ts';
import type { Failure } from '../domain/basics/failure.ts';
import type { Result } from '../domain/basics/result.ts';
import type { Unread } from '../domain/basics/unread.ts';
import { type Account, idOf, nameOf } from '../domain/chain/account.ts';
import { projectOfSecret } from '../domain/chain/secret.ts';
import { LIFETIME_CONSTRAINT, type LifetimePolicy } from '../domain/iam/lifetime-policy.ts';
import type { DenyPolicy, Policy } from '../domain/iam/policy.ts';
import type { Role } from '../domain/iam/role.ts';
import {
  type Container,
  resourceOfAccount,
  type ServiceAccount,
  type Snapshot,
} from '../domain/iam/snapshot.ts';

/** Reads under way at once: IAM's quota is 6,000 a minute, and a read takes some 50 ms. */
const AT_ONCE = 20;
/** Of the secrets of one project, whose quota is a tenth of that: who waits for it is not to be in the way of all others. */
const SECRETS_AT_ONCE = 4;

/** What was read so far, and how to read more: nothing is asked for twice. */
export function readingOf(policies: Policies, signal: AbortSignal) {
  const limit = pLimit(AT_ONCE);
  const accounts = new Map<string, ServiceAccount | 'missing'>();
  const containers = new Map<string, Container>();
  const allow = new Map<string, Policy>();
  const deny = new Map<string, readonly DenyPolicy[]>();
  const roles = new Map<string, Role>();
  const userKeys = new Map<string, readonly string[]>();
  const lifetimePolicies = new Map<string, LifetimePolicy>();
  const read = new Set<string>();
  const unread: Unread[] = [];
  const asked = new Set<string>();

  /** Only the first to ask for it asks. */
  const once = (what: string): boolean => !asked.has(what) && asked.add(what) !== undefined;

  const note = <T>(resource: string, answer: Result<T, Failure>, keep: (value: T) => void) => {
    if (answer.ok) {
      read.add(resource);
      keep(answer.value);
    } else {
      unread.push({ resource, reason: reasonOf(answer.error) });
    }
  };

  /** A policy, and the roles in it that are new. */
  const notePolicy = async (resource: string, answer: Result<Policy, Failure>) => {
    note(resource, answer, (policy) => allow.set(resource, policy));
    const bound = answer.ok ? answer.value.bindings.map(({ role }) => role) : [];
    for (const name of bound.filter((role) => once(`role ${role}`))) {
      note(name, await policies.role(name, signal), (role) => roles.set(name, role));
    }
  };

  const readAccounts = (wanted: readonly Account[]) =>
    limit.map(
      wanted.filter((account) => once(`account ${idOf(account)}`)),
      async (account) => {
        const answer = await policies.account(account, signal);
        if (answer.ok) accounts.set(idOf(account), answer.value);
        // One that is there is told as read with its policy.
        if (!answer.ok || answer.value === 'missing') {
          note(`projects/-/serviceAccounts/${nameOf(account)}`, answer, () => {});
        }
      },
    );

  /** Upwards, a level at a time, until there is nothing above that was not seen. */
  const readContainers = async (names: readonly string[], fenced = true) => {
    let level = names;
    while (level.length > 0) {
      if (fenced) for (const name of level) once(`wanted deny policies ${name}`);
      const fresh = level.filter((name) => once(`container ${name}`));
      await limit.map(fresh, async (name) => {
        if (name.startsWith('organizations/')) return containers.set(name, { name });
        const answer = await policies.container(name, signal);
        return note(name, answer, (container) => containers.set(name, container));
      });
      level = [...new Set(level)].flatMap((name) => containers.get(name)?.parent ?? []);
    }
  };

  const readAccountPolicy = (account: ServiceAccount) => {
    const resource = resourceOfAccount(account);
    return [
      async () => notePolicy(resource, await policies.accountPolicy(account, signal)),
      async () =>
        note(`${resource}/keys`, await policies.userKeys(account, signal), (keys) =>
          userKeys.set(resource, keys),
        ),
    ];
  };

  const readContainerPolicy = async (name: string) =>
    notePolicy(name, await policies.containerPolicy(name, signal));

  const readDenyPolicies = async (name: string) => {
    const attachment = encodeURIComponent(`cloudresourcemanager.googleapis.com/${name}`);
    const resource = `policies/${attachment}/denypolicies`;
    note(resource, await policies.denyPolicies(name, signal), (found) => deny.set(name, found));
  };

  return {
    wasAsked: (account: Account) => asked.has(`account ${idOf(account)}`),
    wasSeen: (container: string) => asked.has(`container ${container}`),
    accounts: readAccounts,
    containers: readContainers,
    leftOut: (what: Unread) => unread.push(what),

    /** First by unique ID: an account that this finds need not be asked for again by its email. One that is gone may have an heir. */
    async namedAccounts(named: readonly Account[]) {
      await readAccounts(named.filter(({ uniqueId }) => uniqueId !== undefined));
      const byEmail = new Map(liveAccounts(accounts).map((known) => [known.email, known]));
      for (const { email } of named) {
        const known = byEmail.get(email ?? '');
        if (email !== undefined && known) accounts.set(email, known);
      }
      const gone = named.filter((account) => accounts.get(idOf(account)) === 'missing');
      await readAccounts(
        [
          ...named.filter(({ uniqueId }) => uniqueId === undefined),
          ...gone.flatMap(({ email }) => (email === undefined ? [] : [{ email }])),
        ].filter(({ email }) => email !== undefined && !accounts.has(email)),
      );
    },

    policiesOfSecrets: (secrets: readonly string[]) => {
      const fresh = secrets.filter((secret) => once(`policy ${secret}`));
      return Promise.all(
        [...Map.groupBy(fresh, projectOfSecret).values()].map((ofProject) =>
          pLimit(SECRETS_AT_ONCE).map(ofProject, async (secret) =>
            notePolicy(secret, await policies.secretPolicy(secret, signal)),
          ),
        ),
      );
    },

    lifetimePolicies: (projects: readonly string[]) =>
      limit.map(
        projects.filter((project) => once(`lifetime ${project}`)),
        async (project) =>
          note(
            `projects/${project}/policies/${LIFETIME_CONSTRAINT}`,
            await policies.lifetimePolicy(project, signal),
            (policy) => lifetimePolicies.set(project, policy),
          ),
      ),

    /** The policies of all that is there, and of everything above. */
    async whatStands() {
      const live = liveAccounts(accounts);
      await readContainers(live.map(({ projectId }) => `projects/${projectId}`));
      const seen = [...asked].flatMap((what) => /^container (.+)$/.exec(what)?.[1] ?? []);
      const fenced = seen.filter((name) => asked.has(`wanted deny policies ${name}`));
      const reads = [
        ...live
          .filter((account) => once(`policy ${resourceOfAccount(account)}`))
          .flatMap(readAccountPolicy),
        ...seen
          .filter((name) => once(`policy ${name}`))
          .map((name) => () => readContainerPolicy(name)),
        ...fenced
          .filter((name) => once(`deny policies ${name}`))
          .map((name) => () => readDenyPolicies(name)),
      ];
      await limit.map(reads, (one) => one());
    },

    snapshot(): Snapshot {
      const half = new Set(unread.map(({ resource }) => resource));
      return {
        accounts,
        containers,
        policies: allow,
        roles,
        denyPolicies: deny,
        userKeys,
        lifetimePolicies,
        read: [...read].filter((resource) => !half.has(resource)).sort(),
        unread: unread.toSorted((a, b) => (a.resource < b.resource ? -1 : 1)),
      };
    },
  };
}

/** The accounts that are there, once each, whatever they are named by. */
const liveAccounts = (accounts: ReadonlyMap<string, ServiceAccount | 'missing'>) => {
  const live = [...accounts.values()].filter((known) => known !== 'missing');
  return [...new Map(live.map((known) => [known.uniqueId, known])).values()];
};

const reasonOf = ({ detail, permission }: Failure): string =>
  permission === undefined ? detail : `${detail}, without ${permission}`;
