import type { Cloud } from '../../shared/cloud/cloud.ts';
import type { AlertState } from '../../shared/domain/audit/alerts/alert-state.ts';
import {
  administratorsIn,
  alertSteps,
  EMPTY_STATE,
} from '../../shared/domain/audit/alerts/alerts.ts';
import { isAhead, timeAfter } from '../../shared/domain/audit/alerts/claim.ts';
import type { Report } from '../../shared/domain/audit/report.ts';
import type { ObjectLocation } from '../../shared/domain/basics/object-location.ts';
import type { ChainFile } from '../../shared/domain/chain/chain.ts';
import type { ChainFileVersion } from '../../shared/domain/chain/chain-file-version.ts';
import { type AuditOptions, audit } from '../../shared/operations/audit.ts';
import { inSteps } from '../../shared/operations/in-steps.ts';
import { lastReport } from './bucket/report-archive.ts';
import { readState } from './bucket/stored-state.ts';
import type { CachedPolicies } from './policy-cache.ts';
import type { AlertMemory } from './send-alerts.ts';

/**
 * A partial audit reads again what a finding rests on before the finding opens or closes: an event of it may have gone to another instance. Each
 * reading may lead to another finding.
 */
const REREADS_MAX = 3;

/** A state that can be read at the end, and could not be read before the audit, says something that the audit did not know. */
const UNREAD = { decidedBy: 'unread' };

export type AuditAfterState = (
  file: ChainFile,
  version: ChainFileVersion,
  given: Pick<AuditOptions, 'isWhole' | 'signal'>,
) => Promise<{
  readonly report: Report;
  /** Who had decided when the state was read. */
  readonly before: Pick<AlertState, 'decidedBy'>;
}>;

export type AuditAfterStateOptions = {
  readonly cloud: Pick<Cloud, 'objects' | 'secrets'>;
  readonly policies: CachedPolicies;
  /** The object with the open findings. */
  readonly state: ObjectLocation | undefined;
  readonly memory: AlertMemory;
  /** Takes over what other instances have observed. */
  readonly takeOver: () => Promise<void>;
  /** The rest of what an audit needs. */
  readonly more: () => Pick<AuditOptions, 'observing' | 'memory' | 'seenIn'>;
  readonly now: () => Date;
  /** A deadline for reading the state. */
  readonly delivering: () => AbortSignal;
};

/** Audits that read the stored state first, and then the policies: so what they have read is newer than what is stored. */
export function auditAfterState(options: AuditAfterStateOptions): AuditAfterState {
  const { cloud, policies, state, memory, takeOver, more, now, delivering } = options;
  let decidedBy: string | undefined;

  /** If the state cannot be read, or if this process could not write it since, what this process knows counts. */
  async function readBefore(): Promise<Pick<AlertState, 'decidedBy'>> {
    const stored = state && (await readState(state, cloud.objects, delivering()));
    if (!state || !stored?.ok) return UNREAD;
    const { lost = 0 } = stored.value;
    let found = stored.value.state ?? EMPTY_STATE;
    if (!stored.value.state || lost > 0) {
      // Without this, everybody who administers a container now would be one of its first administrators.
      const last = await lastReport(state, cloud.objects, delivering());
      const lines = last ? administratorsIn(last.value) : {};
      found = { ...found, administrators: { ...lines, ...found.administrators } };
    }
    if (found.decidedBy !== decidedBy || memory.unrecorded.length === 0) memory.state = found;
    decidedBy = found.decidedBy;
    return found;
  }

  return async (file, version, given) => {
    const before = await readBefore();
    const known = memory.state;
    // Another instance may have observed a credential, and may have decided by it.
    await takeOver();
    policies.begin();
    const at = now();
    const newest = isAhead(known.reportAt, at) ? '' : known.reportAt;
    const generatedAt = timeAfter(newest, at.toISOString());
    const auditOnce = async () => ({
      ...(await audit(file, version, {
        ...given,
        ...more(),
        policies,
        secrets: cloud.secrets,
        now: now(),
        firstAdministrators: known.administrators,
      })),
      generatedAt,
    });
    let report = await auditOnce();
    for (let round = 0; state && round < REREADS_MAX && !given.signal.aborted; round++) {
      const { toReread } = await inSteps(alertSteps(known, report, policies.stale()));
      if (toReread.length === 0) break;
      policies.forgetResources(toReread);
      report = await auditOnce();
    }
    return { before, report };
  };
}
