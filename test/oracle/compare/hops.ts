import { lastGridInstant } from '../../../shared/domain/rotation/tick/schedule.ts';
import { can, momentOf } from '../iam/access.ts';
import {
  calendarChanges,
  conditionsOf,
  constantsOf,
  differentOf,
  instantsOf,
  WEEK,
} from '../iam/instants.ts';
import { DELEGATE } from '../iam/mint.ts';
import { accountNamed, accountResource, type World } from '../iam/world.ts';
import { accountsOf, type ChainText, isRecreated, type Scenario } from '../scenario/scenario.ts';
import type { Report } from './audit.ts';
import { type Disagreement, instantOf } from './disagreement.ts';
import { permissionOf } from './mints.ts';

const MINUTE = 60_000;
/** As the chain files of the scenarios say: tickEvery and the default retryWindow. */
const WINDOW = 11 * MINUTE;
const EVERY = 30 * MINUTE;

/** An instant for each different outcome within the windows of next week's mints. The window in which we are does not count. */
function mintInstants(world: World, { name }: ChainText, now: number): number[] {
  const conditions = conditionsOf(world);
  const constants = constantsOf(conditions);
  const candidates: number[] = [];
  const last = lastGridInstant({ name, rotateEverySeconds: EVERY / 1000 }, new Date(now)).getTime();
  for (let start = last + EVERY; start + WINDOW < now + WEEK; start += EVERY) {
    const end = start + WINDOW;
    candidates.push(start, end - 1000);
    candidates.push(...calendarChanges(conditions, start, end));
    for (const at of constants) if (at >= start && at < end) candidates.push(at);
  }
  return differentOf(world, conditions, candidates);
}

/** What the audit says of each hop, against what the oracle says of the mints of the coming week. */
export function compareHops(
  { world, file }: Scenario,
  report: Report,
  now: number,
): Disagreement[] {
  const found: Disagreement[] = [];
  const always = instantsOf(world, now, { until: now + WEEK });
  for (const [i, chain] of file.chains.entries()) {
    const accounts = accountsOf(file, chain);
    const windows = conditionsOf(world).length > 0 ? mintInstants(world, chain, now) : [now];
    for (const [h, to] of accounts.slice(1).entries()) {
      const from = accounts[h] ?? '';
      if ([from, to].some((email) => isRecreated(file, email))) {
        const said = report.chains[i]?.hops[h]?.state;
        if (said !== 'missing') {
          found.push({
            kind: 'hop: an account was created again, and the audit does not say missing',
            text: `hop ${from} → ${to} of ${chain.name}: the audit says ${said}`,
          });
        }
        continue;
      }
      if (![from, to].every((email) => isUsable(world, email))) continue;
      const permission = to === chain.target ? permissionOf(chain.credential.kind) : DELEGATE;
      const verdict = (at: number, knowsTags: boolean, knowsGroups = true) => {
        const moment = { ...momentOf(at), knowsTags, knowsGroups };
        return can(world, `serviceAccount:${from}`, permission, accountResource(to), moment);
      };
      const said = report.chains[i]?.hops[h]?.state ?? 'absent';
      const doubts = report.findings.filter(
        ({ kind, account, chain: of, chains }) =>
          /^hop-/.test(kind) &&
          account === to &&
          (of === chain.name || chains?.includes(chain.name)),
      );
      const name = `hop ${from} → ${to} (${permission}) of ${chain.name}`;
      const kinds = doubts.map(({ kind }) => kind).join(', ') || 'no finding';
      const report_ = `the audit says ${said} with ${kinds}`;
      const fails = windows.find((at) => verdict(at, false) === false);
      const unsure = windows.find((at) => verdict(at, false) === undefined);
      if (said === 'ok' && doubts.length === 0) {
        if (fails !== undefined) {
          found.push({
            kind: 'hop: ok, but it fails',
            text: `${name}: ${report_}, but the mint at ${instantOf(fails)} fails`,
          });
        } else if (unsure !== undefined) {
          found.push({
            kind: 'hop: ok, but nobody can decide it',
            text: `${name}: ${report_}, but nobody can decide the mint at ${instantOf(unsure)}`,
          });
        }
      } else if ([...always, ...windows].every((at) => verdict(at, false, false) === true)) {
        const isRefused = said === 'missing' || said === 'denied';
        found.push({
          kind: isRefused
            ? `hop: ${said}, but it holds`
            : `hop: in doubt (${said}, ${kinds}), but it holds`,
          text: `${name}: ${report_}, but it holds all week`,
        });
      } else if (
        (said === 'missing' || said === 'denied') &&
        [...always, ...windows].every((at) => verdict(at, true) === true)
      ) {
        found.push({
          kind: `hop: ${said}, but the local cloud mints`,
          text: `${name}: ${report_}, but it holds all week without tags`,
        });
      } else if (
        said === 'unknown' &&
        [...always, ...windows].every((at) => verdict(at, false, false) === false)
      ) {
        found.push({
          kind: 'hop: unknown, but it always fails',
          text: `${name}: ${report_}, but it fails all week`,
        });
      }
    }
  }
  return found;
}

const isUsable = (world: World, name: string): boolean => {
  const account = accountNamed(world, name);
  return account !== undefined && !account.disabled;
};
