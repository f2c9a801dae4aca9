import type { ChainFile } from '../../../shared/domain/chain/chain.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';
import { audit } from '../../../shared/operations/audit.ts';
import { versionOf } from '../../domain/chain/versions.ts';
import { cloudOf } from '../../simulation/clients.ts';
import { AUDITOR } from '../scenario/names.ts';
import { type FileText, writtenFile } from '../scenario/scenario.ts';
import type { WorldCloud } from './cloud.ts';

/** A report, read with care: the keys of a finding may change. */
export type Finding = {
  readonly kind: string;
  readonly severity: string;
  readonly account?: string;
  readonly chain?: string;
  readonly member?: string;
  readonly members?: readonly string[];
  readonly chains?: readonly string[];
  readonly evidence: {
    readonly summary?: string;
    readonly members?: readonly string[];
    readonly accounts?: readonly string[];
    readonly chains?: readonly string[];
    readonly resource?: string;
    readonly role?: string;
    readonly permissions?: readonly string[];
    readonly possible?: boolean;
  };
};
export type Report = {
  readonly chains: readonly {
    readonly name: string;
    readonly hops: readonly {
      readonly from: string;
      readonly to: string;
      readonly state: string;
    }[];
    readonly reach: readonly {
      readonly member: string;
      readonly possible?: boolean;
      readonly steps: readonly {
        readonly who: string;
        readonly permission: string;
        readonly on: string;
      }[];
    }[];
  }[];
  readonly findings: readonly Finding[];
  readonly coverage: {
    readonly unread: readonly { readonly resource: string; readonly reason: string }[];
  };
};

export function chainFileOf(file: FileText, now: Date): ChainFile {
  const parsed = parseChainFiles(
    [{ path: 'chains.yaml', text: JSON.stringify(writtenFile(file)) }],
    now,
  );
  if (parsed.file) return parsed.file;
  throw new Error(`The chain file is refused: ${JSON.stringify(parsed.faults)}`);
}

/** Google's policies as an auditor reads them who may read everything, at the time of the local cloud. Call `release` after the last read. */
export async function openAuditor(cloud: WorldCloud) {
  const now = new Date(cloud.clock.at);
  const wire = {
    fetch: cloud.fetch,
    callTimeoutMs: 10_000,
    listTimeoutMs: 10_000,
    elapsedMs: () => 0,
    wait: async () => {},
    random: () => 0,
  };
  const token = await cloud.tokenOf(AUDITOR);
  const { cloud: google, release } = cloudOf(AUDITOR, { wire, token }, () => now);
  return { policies: google.policies, now, signal: AbortSignal.timeout(20_000), release };
}

/** Audits the local cloud at its time, as an auditor who may read everything. */
export async function auditOf(cloud: WorldCloud, file: ChainFile): Promise<Report> {
  const { release, ...reads } = await openAuditor(cloud);
  const report = await audit(file, versionOf(), reads);
  release();
  return JSON.parse(JSON.stringify(report)) as Report;
}

export const membersOf = ({ member, members, evidence }: Finding): readonly string[] => [
  ...new Set([
    ...(member === undefined ? [] : [member]),
    ...(members ?? []),
    ...(evidence.members ?? []),
  ]),
];
