import { judgeNeed, type Need } from '../../domain/doctor/grants.ts';
import { FUNCTIONS, type FunctionName } from '../../domain/doctor/installation.ts';
import { type Judged, together } from '../../domain/doctor/judged.ts';
import { judgeEach } from '../../domain/doctor/services.ts';
import type { DoctorContext } from './context.ts';
import type { Facts } from './facts.ts';
import { heldOf } from './held.ts';

/** Judges needs of one member, in words `subject`. */
export const judgeNeeds = async (
  needs: readonly Need[],
  facts: Facts,
  subject: string,
): Promise<Judged> =>
  together(
    await Promise.all(
      needs.map(async (need) => judgeNeed(need, await heldOf(need, facts), subject)),
    ),
  );

/** Judges what `needOn` returns for the service of each function, by the service's name in a policy. */
export async function judgeOnServices(
  { installation }: DoctorContext,
  facts: Facts,
  needOn: (resource: string) => Need,
  subject: string,
  names: readonly FunctionName[] = FUNCTIONS,
): Promise<Judged> {
  const found = await facts.services();
  const judged = new Map<FunctionName, Judged>();
  for (const name of names) {
    const service = found.ok ? found.value[name] : undefined;
    if (!service) continue;
    const location = `projects/${installation.project}/locations/${service.region}`;
    const need = needOn(`${location}/services/${service.name}`);
    judged.set(name, await judgeNeeds([need], facts, subject));
  }
  return judgeEach(installation, found, (name) => judged.get(name) as Judged, names);
}

/** The need of a member that calls a service. The role has only this permission. */
export const invoke = (member: string, resource: string): Need => ({
  member,
  permissions: ['run.routes.invoke'],
  resource,
  role: 'roles/run.servicesInvoker',
  on: resource,
});
