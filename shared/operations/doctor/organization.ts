import { projectOf } from '../../domain/chain/account.ts';
import { hopsOf } from '../../domain/chain/hop.ts';
import { type Ancestry, judgeBoundaries, type Reach } from '../../domain/doctor/boundaries.ts';
import { accountsOf, FUNCTIONS } from '../../domain/doctor/installation.ts';
import {
  CONSTRAINT,
  judgeAccountCreation,
  judgeIngress,
  judgeKeyCreation,
  judgeKeys,
  judgeLifetime,
  judgeLocations,
  judgeMemberDomains,
  judgeWorkerPools,
} from '../../domain/doctor/org-policies.ts';
import { isLongLived } from '../../domain/iam/lifetime-policy.ts';
import type { Checks } from './checks.ts';
import type { DoctorContext } from './context.ts';
import type { Facts } from './facts.ts';
import { sinkWriters } from './logs.ts';

const policiesIn = (facts: Facts, projects: readonly string[], constraint: string) =>
  Promise.all(
    projects.map(async (project) => ({
      project,
      policy: await facts.orgPolicy(project, constraint),
    })),
  );

/** The project of the installation, and those with secrets. */
const storing = ({ project, secretProjects }: DoctorContext['installation']): string[] => [
  ...new Set([project, ...secretProjects]),
];

export const organizationChecks: Pick<
  Checks,
  Extract<keyof Checks, `policy-${string}`> | 'access-boundaries'
> = {
  async 'policy-locations'({ installation }, facts) {
    const found = installation.settings.region ?? (await regionFound(facts));
    const settings = { ...installation.settings, ...(found !== undefined && { region: found }) };
    const policies = await policiesIn(facts, storing(installation), CONSTRAINT.locations);
    return judgeLocations({ ...installation, settings }, policies);
  },

  async 'policy-keys'({ installation }, facts) {
    return judgeKeys(installation, await policiesIn(facts, storing(installation), CONSTRAINT.keys));
  },

  async 'policy-ingress'({ installation, before }, facts) {
    const { project, settings } = installation;
    const found = before ? undefined : await facts.services();
    const ingress = FUNCTIONS.map((name) => {
      const service = found?.ok ? found.value[name] : undefined;
      return [name, service?.ingress ?? settings.ingress[name]] as const;
    });
    const policy = await facts.orgPolicy(project, CONSTRAINT.ingress);
    return judgeIngress(project, policy, Object.fromEntries(ingress));
  },

  async 'policy-worker-pools'({ installation }, facts) {
    const { project, settings } = installation;
    const policy = await facts.orgPolicy(project, CONSTRAINT.workerPools);
    const [, owner = project] = settings.workerPool?.split('/') ?? [];
    const { names } = await facts.above(owner);
    return judgeWorkerPools(installation, policy, names);
  },

  async 'policy-account-creation'({ installation }, facts) {
    const { project } = installation;
    const emails = [...new Set(Object.values(accountsOf(installation)))];
    const accounts = await Promise.all(
      emails.map(async (email) => ({ email, exists: await facts.accountExists(email) })),
    );
    const policies = await Promise.all([
      facts.orgPolicy(project, CONSTRAINT.accountCreation),
      facts.orgPolicy(project, CONSTRAINT.managedAccountCreation),
    ]);
    return judgeAccountCreation(project, policies, accounts);
  },

  async 'policy-member-domains'(context, facts) {
    const { project } = context.installation;
    const policy = await facts.orgPolicy(project, CONSTRAINT.memberDomains);
    const isRestricted = policy.ok && !policy.value.allowAll;
    const writers = isRestricted && !context.before ? await sinkWriters(context, facts) : undefined;
    return judgeMemberDomains(project, policy, writers && writers.state === 'ok');
  },

  async 'policy-key-creation'({ installation: { project, accountProjects } }, facts) {
    const projects = [...new Set([project, ...accountProjects])];
    return judgeKeyCreation(
      await Promise.all(
        projects.map(async (id) => ({
          project: id,
          isInOrganization: await isInOrganization(facts, id),
          policies: await Promise.all([
            facts.orgPolicy(id, CONSTRAINT.keyCreation),
            facts.orgPolicy(id, CONSTRAINT.managedKeyCreation),
          ]),
        })),
      ),
    );
  },

  async 'policy-lifetime'({ installation: { file } }, facts) {
    const targets = file.chains
      .filter(isLongLived)
      .flatMap(({ target }) => projectOf(target) ?? []);
    const projects = [...new Set(targets)];
    const policies = await policiesIn(facts, projects, CONSTRAINT.lifetime);
    const byProject = new Map(policies.map(({ project, policy }) => [project, policy]));
    return judgeLifetime(file.chains, byProject);
  },

  async 'access-boundaries'({ installation: { file } }, facts) {
    const hops = file.chains.flatMap((chain) => hopsOf(chain, file.caller));
    const reaches = new Map<string, Reach>();
    for (const { from, to } of hops) {
      const [source, goal] = [projectOf(from), projectOf(to)];
      if (source !== undefined && goal !== undefined) {
        reaches.set(`${source} ${goal}`, { from: source, to: goal });
      }
    }
    const all = [...reaches.values()];
    const projects = [...new Set(all.flatMap(({ from, to }) => [from, to]))];
    const ancestries = await Promise.all(
      projects.map(async (id) => [id, await ancestryOf(id, facts)] as const),
    );
    return judgeBoundaries(all, new Map(ancestries));
  },
};

/** A project whose parent is not known may be in one. */
async function isInOrganization(facts: Facts, id: string): Promise<boolean> {
  const project = await facts.project(id);
  return !project.ok || project.value.parent !== undefined;
}

async function regionFound(facts: Facts): Promise<string | undefined> {
  const found = await facts.services();
  return found.ok ? found.value.mint?.region : undefined;
}

async function ancestryOf(id: string, facts: Facts): Promise<Ancestry> {
  const [project, above] = await Promise.all([facts.project(id), facts.above(id)]);
  if (!project.ok) return { containers: [], boundaries: [], unread: project.error };
  const byNumber = `projects/${project.value.number}`;
  const boundaries = await Promise.all(
    [byNumber, ...above.names].map(async (container) => ({
      container: container === byNumber ? `projects/${id}` : container,
      read: await facts.boundaries(container),
    })),
  );
  return {
    containers: [`projects/${id}`, byNumber, ...above.names],
    boundaries,
    ...(above.unread && { unread: above.unread }),
  };
}
