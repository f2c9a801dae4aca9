import type { Push } from '../../rotation/push.ts';
import type { Alert, AlertState } from './alert-state.ts';

/** The kind of a finding that says nothing about anybody. It opens and closes only to show that alerts arrive. */
export const CANARY = 'canary';

export const isCanary = ({ kind }: { readonly kind: string }): boolean => kind === CANARY;

/**
 * Opens the canary, or closes it if it is open. It is in the state of alerts and in no report, so it is logged, stored and published like any
 * finding, and nobody has to act on it.
 *
 * @param at `generatedAt` of the report of a whole audit
 */
export function canarySteps(
  open: AlertState['open'],
  at: string,
): { readonly alert: Alert; readonly open: AlertState['open'] } {
  const sitting = open.find(isCanary);
  if (sitting) {
    const { memberDigests: _, restsOn: __, ...finding } = sitting;
    return {
      alert: { event: 'closed', finding, reportAt: at },
      open: open.filter((one) => one !== sitting),
    };
  }
  const finding = canaryFinding(at);
  return {
    alert: { event: 'opened', finding, reportAt: at },
    open: [...open, { ...finding, memberDigests: [], restsOn: [] }],
  };
}

/** Without a stored state, nobody knows whether the canary is open. */
export const canaryWithoutState = (at: string): Alert => ({
  event: 'open',
  finding: canaryFinding(at),
  reportAt: at,
});

const canaryFinding = (at: string): Alert['finding'] => ({
  kind: CANARY,
  severity: 'info',
  chains: [],
  account: '',
  fingerprint: CANARY,
  summary: 'this tests the way of the alerts, and nobody has to act',
  resource: '',
  openedAt: at,
  alertedAt: at,
});

/** A message waits for this long at most before Pub/Sub drops it. */
const ARRIVES_WITHIN_MS = 600_000;
/** The clocks of two machines may differ by this much. */
const SKEW_MS = 5 * 60_000;

export type CanaryArrival = {
  readonly reportAt: string;
  /** How old the report is. */
  readonly delaySeconds: number;
};

/**
 * The arrival of the canary at the end of its way.
 *
 * After a clock was wrong, `reportAt` is later than the present until that time has come. So the time of publishing counts too.
 *
 * @param push a message of `hopmint-drift`
 * @returns `undefined` for another message, and for a canary of another time: an old message proves nothing
 */
export function canaryArrival(
  { attributes: { kind, reportAt = '' }, publishedAt }: Pick<Push, 'attributes' | 'publishedAt'>,
  now: Date,
): CanaryArrival | undefined {
  const age = now.getTime() - Date.parse(reportAt);
  const sinceMs = now.getTime() - (publishedAt?.getTime() ?? Number.NaN);
  const isRecent = sinceMs <= ARRIVES_WITHIN_MS && sinceMs >= -SKEW_MS && age <= ARRIVES_WITHIN_MS;
  if (kind !== CANARY || !isRecent) return undefined;
  return { reportAt, delaySeconds: Math.max(0, Math.round(age / 1000)) };
}
