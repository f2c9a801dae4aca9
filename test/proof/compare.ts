import { type Certificate, DOUBT } from '../../shared/certificate/certificate.ts';
import { verify } from '../../shared/checker/verify.ts';
import { actorsIn } from '../oracle/compare/attackers.ts';
import { openWorld } from '../oracle/compare/cloud.ts';
import { includes } from '../oracle/iam/members.ts';
import { NOW } from '../oracle/scenario/names.ts';
import type { Scenario } from '../oracle/scenario/scenario.ts';
import { bruteForce } from './brute-force.ts';
import { certificateFrom, certifiedSnapshotOf } from './certify-world.ts';

const WEEK_MS = 7 * 86_400_000;

export type Compared = {
  /** One sentence for each difference. */
  readonly found: readonly string[];
  /** How many principals get how many credentials, by brute force. */
  readonly gained: number;
  /** How many of a certificate's members surely get one, and how many perhaps. */
  readonly certain: number;
  readonly possible: number;
  /** How many of those who perhaps get one do. */
  readonly possibleAndGained: number;
  /** The certificate of the week. */
  readonly certificate: Certificate;
};

/**
 * Compares certificates of a world with brute force in the local cloud. At each instant, everybody in the certificate of that instant who is
 * certain gets the credential, and everybody who gets it is in that certificate and in the one of the whole week.
 *
 * @param instants in milliseconds since 1970
 */
export async function compare(scenario: Scenario, instants: readonly number[]): Promise<Compared> {
  const cloud = await openWorld(scenario.world, NOW);
  const snapshot = await certifiedSnapshotOf(cloud, scenario.file);
  await cloud.close();
  const found: string[] = [];
  const make = (from: number, until: number) => {
    const certificate = certificateFrom(snapshot, scenario.file, from, until);
    const verdict = verify(JSON.stringify(certificate));
    if ('is' in verdict) found.push(`rejected: ${verdict.place}: ${verdict.because}`);
    for (const { resource } of certificate.coverage.unread) found.push(`unread: ${resource}`);
    return certificate;
  };
  const week = make(NOW, NOW + WEEK_MS);
  const counts = { gained: 0, certain: 0, possible: 0, possibleAndGained: 0 };
  for (const at of instants) {
    const certificate = make(at, at + 1);
    for (const who of actorsIn(scenario)) {
      const gained = await bruteForce(scenario, who, at);
      counts.gained += gained.size;
      for (const { name } of scenario.file.chains) {
        const cost = costOf(certificate, name, who, scenario);
        const text = `${who} and ${name} at ${new Date(at).toISOString()}`;
        if (cost < DOUBT) counts.certain++;
        else if (cost < Number.POSITIVE_INFINITY) {
          counts.possible++;
          if (gained.has(name)) counts.possibleAndGained++;
        } else if (gained.has(name)) found.push(`left out: ${text}`);
        if (cost < DOUBT && !gained.has(name)) found.push(`certain, but cannot: ${text}`);
        const isInWeek = costOf(week, name, who, scenario) < Number.POSITIVE_INFINITY;
        if (gained.has(name) && !isInWeek) found.push(`left out of the week: ${text}`);
      }
    }
  }
  return { found, ...counts, certificate: week };
}

/** The cost of a principal in a set, alone or as one of a set of principals. */
function costOf(certificate: Certificate, chain: string, who: string, { world }: Scenario): number {
  const members = certificate.chains.find(({ name }) => name === chain)?.members ?? [];
  const costs = members.flatMap(([member, cost]) => (includes(world, member, who) ? [cost] : []));
  return Math.min(...costs, Number.POSITIVE_INFINITY);
}
