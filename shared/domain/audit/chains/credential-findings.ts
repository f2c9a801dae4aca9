import type { Steps } from '../../basics/steps.ts';
import { nameOf } from '../../chain/account.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import { createSecret, type Fix, releaseSecret, removeExpiration } from '../../grants/fix.ts';
import { type Freshness, freshnessOf, isDeletedSoon, timeLeft } from '../../rotation/freshness.ts';
import { type EvidenceOf, NO_EVIDENCE } from '../../rotation/ledger/evidence.ts';
import { parseLedger } from '../../rotation/ledger/ledger.ts';
import type { Mismatch } from '../../rotation/ledger/ledger-mismatch.ts';
import {
  type ListedSecret,
  type ListedSecrets,
  secretsWithoutChain,
} from '../../rotation/ledger/listed-secrets.ts';
import { OFTEN, recentHeals } from '../../rotation/ledger/recent-heals.ts';
import { type Finding, fingerprintOf } from '../finding/finding.ts';
import type { Severity } from '../finding/severity.ts';

/**
 * Findings about secrets: a credential that is missing, late, expired or unusable, a ledger that does not match, a secret that Google will
 * delete, a secret that no chain uses.
 */
export function* credentialFindings(
  file: ChainFile,
  listed: ListedSecrets,
  now: Date,
  evidenceOf: EvidenceOf = NO_EVIDENCE,
): Steps<Finding[]> {
  const findings: Finding[] = [];
  for (const chain of file.chains) {
    yield;
    const freshness = freshnessOf(chain, file, listed, now, evidenceOf);
    findings.push(
      ...(freshness.pause
        ? pauseFinding(chain, freshness)
        : [...freshnessFinding(chain, freshness), ...unusableFinding(chain, freshness)]),
      ...healedFinding(chain, freshness, now),
      ...recreatedFinding(chain, freshness),
      ...expiringFinding(chain, freshness, now),
      ...mismatchFinding(chain, freshness.mismatches),
    );
  }
  yield;
  for (const [secret, one] of secretsWithoutChain(listed, file.chains)) {
    yield;
    findings.push(removedFinding(secret, one, file));
  }
  return findings;
}

type Observation = Pick<Finding, 'kind' | 'severity'> & {
  readonly summary: string;
  /** Distinguishes findings of the same kind on the same secret. */
  readonly identity?: readonly string[];
  readonly fix?: Fix;
};

const findingOn = (
  chain: Chain,
  { kind, severity, summary, identity = [], fix }: Observation,
): Finding => ({
  kind,
  severity,
  chain: chain.name,
  chains: [chain.name],
  account: nameOf(chain.target),
  fingerprint: fingerprintOf(kind, chain.name, chain.secret, ...identity),
  evidence: { summary, resource: chain.secret },
  ...(fix && { fix }),
});

function freshnessFinding(chain: Chain, { state, ledger, overdue, dueAt }: Freshness): Finding[] {
  const credential = `the credential of ${chain.name}`;
  const expiry = ledger?.expiresAt.toISOString();
  switch (state) {
    case 'fresh':
    case 'unusable':
    case 'unknown':
      return [];
    case 'late': {
      const summary = overdue
        ? `${credential} was due for rotation at ${dueAt?.toISOString()} and was not rotated; it expires at ${expiry}`
        : `${credential} expires at ${expiry}, sooner than a reader may expect`;
      return [findingOn(chain, { kind: 'credential-late', severity: 'medium', summary })];
    }
    case 'stale': {
      const summary = `${credential} expired at ${expiry}, and its readers have no newer one`;
      return [findingOn(chain, { kind: 'credential-stale', severity: 'high', summary })];
    }
    case 'never': {
      const summary = `no credential of ${chain.name} has been stored yet`;
      return [findingOn(chain, { kind: 'credential-stale', severity: 'high', summary })];
    }
    case 'missing': {
      const summary = `${chain.secret} does not exist, or does not have the label managed-by=hopmint`;
      const fix = createSecret(chain.secret);
      return [findingOn(chain, { kind: 'secret-missing', severity: 'high', summary, fix })];
    }
  }
}

/** It says which readers cannot use which version. */
function unusableFinding(chain: Chain, { evidence }: Freshness): Finding[] {
  const reasons = (evidence?.unusable ?? []).filter((reason) => reason !== evidence?.recreated);
  if (reasons.length === 0) return [];
  const summary = `${chain.name}: ${reasons.join('; ')}`;
  return [findingOn(chain, { kind: 'credential-unusable', severity: 'high', summary })];
}

/** It has no fix: a person must find out who changes the secret. */
function healedFinding(chain: Chain, { ledger }: Freshness, now: Date): Finding[] {
  const times = recentHeals(ledger?.healedAt ?? [], now);
  if (times.length < OFTEN) return [];
  const at = times.map((time) => time.toISOString()).join(', ');
  const summary = `readers of ${chain.name} had no usable credential three times within an hour: ${at}. Until the hour is over, it is mended every ten minutes only`;
  return [findingOn(chain, { kind: 'healed-often', severity: 'critical', summary })];
}

/** It has no fix: a person must decide whether the new account is the right one. */
function recreatedFinding(chain: Chain, { evidence }: Freshness): Finding[] {
  if (evidence?.recreated === undefined) return [];
  const summary = `${chain.name}: ${evidence.recreated}`;
  const identity = [evidence.recreated];
  return [findingOn(chain, { kind: 'account-recreated', severity: 'high', summary, identity })];
}

function expiringFinding(chain: Chain, freshness: Freshness, now: Date): Finding[] {
  const { secretExpiresAt } = freshness;
  if (!secretExpiresAt) return [];
  const left = timeLeft(freshness, now);
  const at = secretExpiresAt.toISOString();
  const summary = `Google will delete ${chain.secret} with all its versions at ${at}, in ${left}`;
  const severity = isDeletedSoon(freshness, now) ? 'high' : 'medium';
  const fix = removeExpiration(chain.secret);
  return [findingOn(chain, { kind: 'secret-expiring', severity, summary, identity: [at], fix })];
}

/** A pause is intended, so its finding is `info`. It is `low` once the secret has no valid credential. */
function pauseFinding(chain: Chain, { pause, state, ledger }: Freshness): Finding[] {
  const isGone = state !== 'fresh' && state !== 'late' && state !== 'unknown';
  const summary = [
    `${chain.name} is paused until ${pause?.until.toISOString()}: ${pause?.reason}`,
    ...(isGone
      ? [
          ledger
            ? `its credential expired at ${ledger.expiresAt.toISOString()}`
            : 'it has no credential',
        ]
      : []),
  ].join('; ');
  const severity = isGone ? 'low' : 'info';
  return [findingOn(chain, { kind: 'chain-paused', severity, summary })];
}

const MISMATCH_SEVERITY: Readonly<Record<Mismatch['kind'], Severity>> = {
  'other-chain': 'high',
  'other-target': 'high',
  'alias-moved': 'medium',
  'not-believed': 'medium',
  unreadable: 'medium',
  'definition-changed': 'low', // the next tick rotates it
  'foreign-alias': 'info',
};
const WORST_FIRST: readonly Severity[] = ['high', 'medium', 'low', 'info'];

function mismatchFinding(chain: Chain, mismatches: readonly Mismatch[]): Finding[] {
  const severities = mismatches.map(({ kind }) => MISMATCH_SEVERITY[kind]);
  const severity = WORST_FIRST.find((s) => severities.includes(s));
  if (!severity) return [];
  const identity = [...new Set(mismatches.map(({ kind }) => kind))].sort();
  const summary = `${chain.name}: ${mismatches.map(({ detail }) => detail).join('; ')}`;
  return [findingOn(chain, { kind: 'ledger-mismatch', severity, summary, identity })];
}

function removedFinding(
  secret: string,
  { annotations }: ListedSecret,
  { caller }: ChainFile,
): Finding {
  const ledger = parseLedger(annotations);
  const history = ledger
    ? `chain ${ledger.chain} wrote it, and its last credential expires at ${ledger.expiresAt.toISOString()}`
    : 'no chain has ever written it';
  return {
    kind: 'chain-removed',
    severity: 'low',
    chains: [],
    account: ledger?.targetId ?? nameOf(caller),
    fingerprint: fingerprintOf('chain-removed', secret),
    evidence: {
      summary: `no chain uses ${secret}, which has the label managed-by=hopmint: ${history}`,
      resource: secret,
    },
    fix: releaseSecret(secret),
  };
}
