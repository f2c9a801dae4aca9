import type { Alert, AlertState } from '../../../../shared/domain/audit/alerts/alert-state.ts';
import { EMPTY_STATE } from '../../../../shared/domain/audit/alerts/alerts.ts';
import { claimSteps, sentState } from '../../../../shared/domain/audit/alerts/claim.ts';
import type { Report } from '../../../../shared/domain/audit/report.ts';
import { finish } from '../../../../shared/domain/basics/steps.ts';
import { runs } from '../../../runs.ts';
import { randomOf } from '../../../soak/random.ts';
import { READER_POLICY } from '../../iam/snapshots.ts';
import { grant, now, report, withGrants } from '../audit-world.ts';

const ROLES = [
  'iam.serviceAccountTokenCreator',
  'iam.serviceAccountKeyAdmin',
  'iam.serviceAccountUser',
];
const known = new Map<string, Report>();
/** Eve holds these roles. The findings do not depend on the time, so a report is made once. */
function reportAt(roles: ReadonlySet<string>, at: Date): Report {
  const key = [...roles].sort().join(' ');
  const grants = [...roles].map((role) => grant('user:eve@acme.com', `roles/${role}`));
  const made = known.get(key) ?? report(withGrants(READER_POLICY, ...grants));
  known.set(key, made);
  return { ...made, generatedAt: at.toISOString() };
}

/** An audit has this long to deliver. */
const DELIVERING_MS = 50_000;

type Sender = { readonly id: string; readonly since: number; readonly mine: readonly Alert[] };

/** Audits of several instances that share one state, in a world that changes. Publishing fails, hangs, or loses its answer, and instances die. */
function story(seed: number) {
  const random = randomOf(seed);
  const holding = new Set<string>();
  const delivered: Alert[] = [];
  const logged: Alert[] = [];
  let state: AlertState = EMPTY_STATE;
  let senders: Sender[] = [];
  let at = now.getTime();
  let ids = 0;
  const seen = () => reportAt(holding, new Date(at));

  const audit = () => {
    const id = `${++ids}`;
    const claim = finish(claimSteps(state, seen(), { id, now: new Date(at) }));
    state = claim.state;
    logged.push(...claim.news);
    const mine = state.pending.find((pending) => pending.id === id)?.alerts ?? [];
    if (mine.length > 0) senders.push({ id, since: at, mine });
  };
  const clear = (sender: Sender) => {
    const after = sentState(state, sender.mine, { id: sender.id, now: new Date(at) });
    state = after.state;
    if (after.corrections.length > 0) senders.push({ ...sender, mine: after.corrections });
  };
  const send = (outcome: 'sent' | 'refused' | 'no answer') => {
    const sender = random.pick(senders);
    senders = senders.filter((one) => one !== sender);
    if (outcome !== 'refused') delivered.push(...sender.mine);
    if (outcome === 'sent') clear(sender);
  };

  for (let step = 0; step < 40; step++) {
    at += random.between(1, 60) * 1000;
    senders = senders.filter(({ since }) => at - since < DELIVERING_MS);
    const role = random.pick(ROLES);
    if (random.oneIn(2) && !holding.delete(role)) holding.add(role);
    if (!random.oneIn(3)) audit();
    while (senders.length > 0 && random.oneIn(2))
      send(random.pick(['sent', 'sent', 'refused', 'no answer']));
  }
  senders = [];
  for (let quiet = 0; quiet < 3; quiet++) {
    at += 130_000;
    audit();
    while (senders.length > 0) send('sent');
  }
  const lastWords = new Map(
    delivered.map(({ event, finding }) => [finding.fingerprint, event !== 'closed']),
  );
  const open = new Set(seen().findings.map(({ fingerprint }) => fingerprint));
  return { lastWords, open, logged, state };
}

describe('alerts that many audits claim, send, lose and send again', () => {
  it('end with a true last word about each finding, and none is missing', () => {
    for (let seed = 1; seed <= runs(60); seed++) {
      const { lastWords, open, logged, state } = story(seed);
      const saidOpen = [...lastWords]
        .filter(([, isOpen]) => isOpen)
        .map(([fingerprint]) => fingerprint);
      expect({ seed, open: saidOpen.sort() }).toEqual({ seed, open: [...open].sort() });
      expect({ seed, pending: state.pending }).toEqual({ seed, pending: [] });
      const found = new Set(logged.map(({ finding }) => finding.fingerprint));
      expect([...lastWords.keys()].filter((fingerprint) => !found.has(fingerprint))).toEqual([]);
    }
  });
});
