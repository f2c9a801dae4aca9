import { momentOf } from '../iam/access.ts';
import { MINTS, mints } from '../iam/mint.ts';
import type { Truth } from '../iam/truth.ts';
import { accountsOf, isRecreated, type Scenario } from '../scenario/scenario.ts';
import { mintFor, type WorldCloud } from './cloud.ts';
import { type Disagreement, instantOf } from './disagreement.ts';

const [ACCESS_TOKEN = ''] = MINTS;
const PERMISSIONS: Readonly<Record<string, string>> = {
  'access-token': ACCESS_TOKEN,
  'id-token': 'iam.serviceAccounts.getOpenIdToken',
  'signed-jwt': 'iam.serviceAccounts.signJwt',
  'signed-blob': 'iam.serviceAccounts.signBlob',
};
export const permissionOf = (kind: string): string => PERMISSIONS[kind] ?? ACCESS_TOKEN;

/**
 * Mints for real: everybody for every account, each chain, and the calls of the scenario. Compares each with what the oracle says.
 *
 * @param everyCall also those for which the oracle says the same as at the instant before
 * @param refused the most calls at an instant for which the oracle says no
 */
export async function compareMints(
  cloud: WorldCloud,
  { world, file, probes }: Scenario,
  identities: readonly string[],
  instants: readonly number[],
  {
    everyCall,
    refused = Number.POSITIVE_INFINITY,
  }: { readonly everyCall: boolean; readonly refused?: number | undefined },
): Promise<{ readonly mints: number; readonly found: readonly Disagreement[] }> {
  const found: Disagreement[] = [];
  let count = 0;
  const caller = `serviceAccount:${file.caller}`;
  const targets = world.accounts.filter(({ deleted }) => !deleted).map(({ email }) => email);
  const calls = [
    ...identities.flatMap((who) =>
      targets.map((target) => ({ who, delegates: [], target, permission: ACCESS_TOKEN })),
    ),
    ...file.chains
      .filter((chain) => !accountsOf(file, chain).some((email) => isRecreated(file, email)))
      .map(({ delegates, target, credential }) => ({
        who: caller,
        delegates,
        target,
        permission: permissionOf(credential.kind),
      })),
    ...probes.map((probe) => ({ ...probe, permission: ACCESS_TOKEN })),
  ];
  const before = new Map<object, Truth>();
  for (const at of instants) {
    cloud.clock.at = at;
    let noes = 0;
    for (const call of calls) {
      const { who, delegates, target, permission } = call;
      const moment = momentOf(at);
      const expected = mints(world, who, delegates, target, permission, moment);
      const isSame = expected === before.get(call);
      before.set(call, expected);
      if (expected === undefined || !isEnabled(world, who)) continue;
      if (isSame && !everyCall) continue;
      if (!expected && ++noes > refused) continue;
      count++;
      const answer = await mintFor(
        cloud,
        await cloud.tokenOf(who),
        { delegates, permission },
        target,
      );
      if ((answer.status === 200) === expected) continue;
      const way = [...delegates, target].join(' → ');
      found.push({
        kind: `mint: the oracle ${expected ? 'allows' : 'refuses'}, the local cloud ${expected ? 'refuses' : 'allows'}`,
        text: `${who} → ${way} (${permission}) at ${instantOf(at)}: the oracle says ${expected ? 'yes' : 'no'}, the local cloud answers ${answer.status} ${JSON.stringify(answer.body)}`,
      });
    }
  }
  return { mints: count, found };
}

/** The token of a disabled account is 401 for every call. */
const isEnabled = (world: Scenario['world'], who: string): boolean =>
  world.accounts.every(({ email, disabled }) => !disabled || who !== `serviceAccount:${email}`);
