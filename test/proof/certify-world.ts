import type { Certificate } from '../../shared/certificate/certificate.ts';
import { certificateOf } from '../../shared/domain/certify/certify.ts';
import type { Snapshot } from '../../shared/domain/iam/snapshot.ts';
import { certify } from '../../shared/operations/certify.ts';
import { chainFileOf, openAuditor } from '../oracle/compare/audit.ts';
import type { WorldCloud } from '../oracle/compare/cloud.ts';
import type { FileText } from '../oracle/scenario/scenario.ts';

/** No file has this digest. */
const DIGEST = '0'.repeat(64);

/** Reads a world in a local cloud and certifies it, as an auditor who may read everything. */
export async function certifiedSnapshotOf(cloud: WorldCloud, file: FileText): Promise<Snapshot> {
  const { policies, now, signal, release } = await openAuditor(cloud);
  const parsed = chainFileOf(file, now);
  const { snapshot } = await certify(parsed, DIGEST, policies, () => now, signal);
  release();
  return snapshot;
}

/** The certificate of a snapshot that was read at `from`, until `until`. In milliseconds since 1970. */
export function certificateFrom(
  snapshot: Snapshot,
  file: FileText,
  from: number,
  until: number,
): Certificate {
  const reads = { from: new Date(from), to: new Date(from) };
  const parsed = chainFileOf(file, new Date(from));
  return certificateOf({
    file: parsed,
    digest: DIGEST,
    snapshot,
    reads,
    until: new Date(until),
  });
}
