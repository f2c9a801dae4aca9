import { judgeClock, judgeIdentity, judgeQuotaProject } from '../../domain/doctor/identity.ts';
import type { Judged } from '../../domain/doctor/judged.ts';
import type { Checks } from './checks.ts';

const USE_SERVICES = 'serviceusage.services.use';

export const identityChecks: Pick<Checks, 'identity' | 'quota-project' | 'clock'> = {
  async identity({ source, installation: { project } }, facts): Promise<Judged> {
    const [info, read] = await Promise.all([facts.tokenInfo(), facts.project(project)]);
    const isAccepted = read.ok || read.error.reason === 'policy-denied';
    return judgeIdentity(source, info, isAccepted);
  },

  async 'quota-project'({ source, installation: { project }, permissionsOn, signal }, facts) {
    const { quotaProject } = source;
    const permissions =
      quotaProject === undefined
        ? undefined
        : await permissionsOn(`projects/${quotaProject}`, [USE_SERVICES], signal);
    return judgeQuotaProject(source, await facts.tokenInfo(), permissions, project);
  },

  async clock({ deployment, now, signal }) {
    const before = now();
    const google = await deployment.googleTime(signal);
    return judgeClock(google, { before, after: now() });
  },
};
