import { nameOf, projectOf } from '../../domain/chain/account.ts';
import type { ChainFile } from '../../domain/chain/chain.ts';
import { together } from '../../domain/doctor/judged.ts';
import {
  ACCOUNT_APIS,
  APIS,
  APIS_BEFORE,
  CALLED_APIS,
  judgeApis,
  judgeProjects,
  SECRET_APIS,
  withUnnamed,
} from '../../domain/doctor/projects.ts';
import type { Checks } from './checks.ts';
import type { Facts } from './facts.ts';

const enabledIn = (facts: Facts, projects: readonly string[], apis: readonly string[]) =>
  Promise.all(
    projects.map(async (project) => ({ project, enabled: await facts.enabledApis(project, apis) })),
  );

/** The delegates and targets that are written as a unique ID. */
const unnamedIn = ({ chains }: ChainFile): string[] => [
  ...new Set(
    chains
      .flatMap(({ delegates, target }) => [...delegates, target])
      .filter((account) => projectOf(account) === undefined)
      .map(nameOf),
  ),
];

export const projectChecks: Pick<Checks, 'projects' | 'apis' | 'apis-secrets' | 'apis-accounts'> = {
  async projects({ installation, source }, facts) {
    const ids = [...new Set([...installation.projects, ...(source.quotaProject ?? [])])];
    return judgeProjects(
      await Promise.all(ids.map(async (id) => ({ id, project: await facts.project(id) }))),
    );
  },

  async apis({ installation: { project }, before, source: { quotaProject } }, facts) {
    const needed = before ? APIS_BEFORE : APIS;
    const own = judgeApis(await enabledIn(facts, [project], needed), needed);
    if (quotaProject === undefined || quotaProject === project) return own;
    const charged = await enabledIn(facts, [quotaProject], CALLED_APIS);
    return together([own, judgeApis(charged, CALLED_APIS)]);
  },

  async 'apis-secrets'({ installation: { project, secretProjects } }, facts) {
    const others = secretProjects.filter((id) => id !== project);
    return judgeApis(await enabledIn(facts, others, SECRET_APIS), SECRET_APIS);
  },

  async 'apis-accounts'({ installation: { project, accountProjects, file } }, facts) {
    const others = accountProjects.filter((id) => id !== project);
    const judged = judgeApis(await enabledIn(facts, others, ACCOUNT_APIS), ACCOUNT_APIS);
    return withUnnamed(judged, unnamedIn(file));
  },
};
