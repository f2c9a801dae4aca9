import type { Reach } from '../../shared/domain/audit/access/reach.ts';
import { type Finding, fingerprintOf } from '../../shared/domain/audit/finding/finding.ts';
import type { ChainReport, HopReport } from '../../shared/domain/audit/report.ts';

export const NOW = new Date('2026-11-22T12:04:00Z');

export const ops = (name: string) => `${name}@acme-ops.iam.gserviceaccount.com`;

export const data = (name: string) => `${name}@acme-data.iam.gserviceaccount.com`;

export const shop = (name: string) => `${name}@acme-shop.iam.gserviceaccount.com`;

export const P = (name: string) => `iam.serviceAccounts.${name}`;

/** The hops along `path`; the last one needs `permission`. All are ok except those in `states`. Hops count from 1. */
export function hopsAlong(
  path: readonly string[],
  permission = 'getAccessToken',
  states: Readonly<Record<number, HopReport['state']>> = {},
): HopReport[] {
  return path.slice(1).map((to, i) => ({
    from: path[i] ?? '',
    to,
    permission: P(i + 2 < path.length ? 'implicitDelegation' : permission),
    state: states[i + 1] ?? 'ok',
  }));
}

const SOURCES: Readonly<Record<string, ChainReport['source']>> = {
  'billing-export': { path: 'deploy/chains.yaml', line: 12 },
  'nightly-batch': { path: 'deploy/batch.yaml', line: 31 },
};

/** @param expires `HH:MM` in UTC */
export const chain = (
  name: string,
  state: ChainReport['state'],
  expires: string | null,
  hops: HopReport[],
  reach: Reach[] = [],
): ChainReport => ({
  name,
  source: SOURCES[name] ?? null,
  state,
  expiresAt: expires && `2026-11-22T${expires}:00.000Z`,
  observed: null,
  hops,
  reach,
  reachCount: reach.length,
});

export const minter = ops('minter');

export const relay = ops('relay');

export const vault = ops('vault');

export const policyOf = (email: string) =>
  `projects/${email.replace(/^.*@([^.]+).*$/, '$1')}/serviceAccounts/${email}`;

export const CREATOR = 'roles/iam.serviceAccountTokenCreator';

export const finding = (of: Partial<Finding> & Pick<Finding, 'kind'>): Finding => ({
  severity: 'high',
  chains: of.chain === undefined ? [] : [of.chain],
  account: data('billing-reader'),
  fingerprint: fingerprintOf(of.kind, of.chain, of.member),
  evidence: { summary: 'so it is', resource: policyOf(data('billing-reader')) },
  ...of,
});
