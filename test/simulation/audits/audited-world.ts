import { type Auditor, type AuditorOptions, auditorOf } from '../../../functions/audit/auditor.ts';
import { type LocalCloud, startLocalCloud } from '../../../local/cloud.ts';
import { CLOUD_PLATFORM, issueToken } from '../../../local/identity/access-tokens.ts';
import type { Cloud } from '../../../shared/cloud/cloud.ts';
import {
  type AlertState,
  alertStateReader,
} from '../../../shared/domain/audit/alerts/alert-state.ts';
import { EMPTY_STATE } from '../../../shared/domain/audit/alerts/alerts.ts';
import { isCanary } from '../../../shared/domain/audit/alerts/canary.ts';
import { countsAgainst } from '../../../shared/domain/audit/finding/finding.ts';
import type { Report } from '../../../shared/domain/audit/report.ts';
import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { intentOf } from '../../../shared/domain/chain/intent.ts';
import { audit } from '../../../shared/operations/audit.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import { AUDITOR, state } from '../../functions/audit/alerts/changing-world.ts';
import { randomOf } from '../../soak/random.ts';
import { cloudOf, PLACEHOLDER_URL } from '../clients.ts';
import { type Subscriber, subscriberOf, type TrueFinding } from './subscriber.ts';

const DRIFT = 'projects/acme-ops/topics/hopmint-drift';
const TICK = 'projects/acme-ops/topics/hopmint-tick';

/** The machine on which an instance of the audit runs. Each part has a default: a machine without faults. */
export type Machine = {
  readonly fetch: (request: Request, send: () => Promise<Response>) => Promise<Response>;
  readonly wait: (ms: number, signal: AbortSignal) => Promise<void>;
  /** How far its clock is ahead of the right time. */
  readonly skewMs: number;
  readonly options: Partial<AuditorOptions>;
};

/** A local cloud with instances of the audit, which share only the cloud, and a subscriber of their alerts. Time passes only when a test moves it. */
export type AuditedWorld = {
  readonly local: LocalCloud;
  readonly clock: { now: Date };
  readonly subscriber: Subscriber;
  /** The fingerprints of findings that some instance has logged. */
  readonly logged: ReadonlySet<string>;
  /** Whether an audit could not read something, by the time of its report. */
  readonly guessed: ReadonlyMap<string, boolean>;
  /** Everything else that some instance has logged. */
  readonly troubles: string[];
  newInstance(machine?: Partial<Machine>): Auditor;
  /** The findings that are really true: those of such an audit. */
  truth(machine?: Partial<Machine>): Promise<ReadonlyMap<string, TrueFinding>>;
  /** An audit that reads everything, remembers nothing, and meets no fault. */
  audit(machine?: Partial<Machine>): Promise<Report>;
  /** What the instances have stored, without the canary. */
  stored(): AlertState;
  close(): Promise<void>;
};

export async function openAuditedWorld(
  seed: object,
  file: ChainFile,
  startsAt: Date,
  random: () => number = randomOf(1),
): Promise<AuditedWorld> {
  const clock = { now: startsAt };
  const local = await startLocalCloud({ now: () => clock.now, seed, random });
  const principal = {
    member: `serviceAccount:${AUDITOR}`,
    email: AUDITOR,
    scopes: [CLOUD_PLATFORM],
  };
  const token = issueToken(local.state, principal, [CLOUD_PLATFORM], 3650 * 86_400, 'machine');
  const intent = intentOf(file, versionOf());
  const logged = new Set<string>();
  const guessed = new Map<string, boolean>();
  const troubles: string[] = [];
  const never = new AbortController().signal;
  const borrowed: (() => void)[] = [];
  let ids = 0;

  const cloudOn = ({ fetch: through, wait, skewMs = 0 }: Partial<Machine>): Cloud => {
    const onMachine: typeof fetch = async (url, init) => {
      const target = String(url instanceof Request ? url.url : url);
      const request = new Request(
        target.replace(PLACEHOLDER_URL, local.url),
        url instanceof Request ? url : init,
      );
      const send = () => local.fetch(request);
      return through ? through(request, send) : send();
    };
    const wire = {
      fetch: onMachine,
      wait: wait ?? (async () => {}),
      callTimeoutMs: 600_000, // real time: the faults simulate a timeout
      listTimeoutMs: 600_000,
      elapsedMs: () => clock.now.getTime(),
      random: () => 0.5,
    };
    const now = () => new Date(clock.now.getTime() + skewMs);
    const { cloud, release } = cloudOf(AUDITOR, { wire, token: token.accessToken }, now);
    borrowed.push(release);
    return cloud;
  };
  const storedState = () => {
    const object = local.state.objects.get(`${state.bucket}/${state.name}`);
    if (!object) return EMPTY_STATE;
    const reader = alertStateReader();
    reader.take(object.data);
    const { open, ...rest } = reader.end().state;
    return { ...rest, open: open.filter((finding) => !isCanary(finding)) };
  };

  const auditOnce = (machine: Partial<Machine> = {}) => {
    const { policies, secrets } = cloudOn(machine);
    return audit(file, versionOf(), {
      policies,
      secrets,
      now: clock.now,
      signal: never,
      firstAdministrators: storedState().administrators,
    });
  };

  return {
    local,
    clock,
    subscriber: subscriberOf(local.state, DRIFT),
    logged,
    guessed,
    troubles,
    newInstance: (machine = {}) =>
      auditorOf({
        cloud: cloudOn(machine),
        readIntent: async () => intent,
        state,
        driftTopic: DRIFT,
        tickTopic: TICK,
        log: {
          audited: ({ generatedAt, coverage }) =>
            guessed.set(generatedAt, coverage.unread.length > 0),
          alert: ({ finding }) => logged.add(finding.fingerprint),
          notSent: ({ reason, detail }) => troubles.push(`not sent: ${reason}: ${detail}`),
          broken: (lost) => troubles.push(`${lost} lines lost`),
          ahead: (reportAt) => troubles.push(`ahead: ${reportAt}`),
          healing: () => {},
          notStored() {},
          notHealed: () => {},
        },
        now: () => new Date(clock.now.getTime() + (machine.skewMs ?? 0)),
        newId: () => `audit-${++ids}`,
        signal: () => never,
        delivering: () => never,
        observing: () => never,
        round: () => never,
        wait: async () => {},
        pause: async () => {},
        settle: async () => {},
        ...machine.options,
      }),
    audit: auditOnce,
    async truth(machine = {}) {
      const { findings, coverage } = await auditOnce(machine);
      if (coverage.unread.length > 0) throw new Error('the truth is not complete');
      return new Map(
        findings.filter(countsAgainst).map(({ fingerprint, severity, evidence, ...finding }) => {
          const { member, members } = finding;
          const { summary } = evidence;
          return [
            fingerprint,
            {
              fingerprint,
              severity,
              summary,
              ...(member !== undefined && { member }),
              ...(members && { members }),
            },
          ];
        }),
      );
    },
    stored: storedState,
    async close() {
      for (const release of borrowed) release();
      await local.close();
    },
  };
}
