import pLimit from 'p-limit';
import type { CheckId } from '../../domain/doctor/checks.ts';
import { installationOf } from '../../domain/doctor/installation.ts';
import type { Judged } from '../../domain/doctor/judged.ts';
import { agentChecks } from './agents.ts';
import { chainFileChecks } from './chain-file.ts';
import type { Checks } from './checks.ts';
import type { DoctorContext } from './context.ts';
import { factsOf } from './facts.ts';
import { identityChecks } from './identity.ts';
import { logChecks } from './logs.ts';
import { messageChecks } from './messages.ts';
import { organizationChecks } from './organization.ts';
import { probeChecks } from './probe.ts';
import { projectChecks } from './projects.ts';
import { withEmails } from './resolve-accounts.ts';
import { serviceChecks } from './services.ts';

const ALL: Checks = {
  ...identityChecks,
  ...projectChecks,
  ...organizationChecks,
  ...agentChecks,
  ...serviceChecks,
  ...messageChecks,
  ...logChecks,
  ...chainFileChecks,
  ...probeChecks,
};

/** The result of one check. */
export type Checked = Judged & { readonly id: CheckId };

/** Google allows few reads of some kinds in a minute, and each check makes several. */
const AT_ONCE = 8;

/** Makes the checks, and returns their results in the same order. @param onDone gets the number of checks that are done */
export async function doctor(
  ids: readonly CheckId[],
  context: DoctorContext,
  onDone: (done: number) => void = () => undefined,
): Promise<Checked[]> {
  const { installation } = context;
  const file = await withEmails(installation.file, context);
  const named = {
    ...context,
    installation: installationOf(installation.project, file, installation.settings),
  };
  const facts = factsOf(named);
  let done = 0;
  return pLimit(AT_ONCE).map(ids, async (id) => {
    const judged = await ALL[id](named, facts);
    onDone(++done);
    return { id, ...judged };
  });
}
