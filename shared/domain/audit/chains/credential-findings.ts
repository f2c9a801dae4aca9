import { nameOf } from '../../chain/account.ts';
import type { Chain, ChainFile } from '../../chain/chain.ts';
import { createSecret, type Fix, releaseSecret } from '../../grants/fix.ts';
import { type Freshness, freshnessOf } from '../../rotation/freshness.ts';
import { parseLedger } from '../../rotation/ledger.ts';
import type { Mismatch } from '../../rotation/ledger-mismatch.ts';
import { type ListedSecrets, secretsWithoutChain } from '../../rotation/listed-secrets.ts';
import { type Finding, fingerprintOf, type Severity } from '../finding/finding.ts';

/** What a secret tells against its chain: is its credential there, fresh, and of this chain? And whose are the secrets of no chain? */
export function credentialFindings(file: ChainFile, listed: ListedSecrets, now: Date): Finding[] {
  const ofChains = file.chains.flatMap((chain) => {
    const freshness = freshnessOf(chain, file, listed, now);
    return [
      ...(freshness.pause ? pauseFinding(chain, freshness) : stateFinding(chain, freshness)),
      ...mismatchFinding(chain, freshness.mismatches),
    ];
  });
  return [...ofChains, ...removedFindings(file, listed)];
}

type Told = Pick<Finding, 'kind' | 'severity'> & {
  readonly what: string;
  readonly identity?: readonly string[];
  readonly fix?: Fix;
};

const findingOn = (chain: Chain, { kind, severity, what, identity = [], fix }: Told): Finding => ({
  kind,
  severity,
  chain: chain.name,
  account: nameOf(chain.target),
  fingerprint: fingerprintOf(kind, chain.name, chain.secret, ...identity),
  evidence: { summary: what, resource: chain.secret, chains: [chain.name] },
  ...(fix && { fix }),
});

function stateFinding(chain: Chain, { state, ledger, overdue, dueAt }: Freshness): Finding[] {
  const of = `the credential of ${chain.name}`;
  const over = ledger?.expiresAt.toISOString();
  switch (state) {
    case 'fresh':
    case 'unknown':
      return [];
    case 'late': {
      const what = overdue
        ? `${of} was due at ${dueAt?.toISOString()} and is not rotated; it ends at ${over}`
        : `${of} ends at ${over}, sooner than a reader may expect`;
      return [findingOn(chain, { kind: 'credential-late', severity: 'medium', what })];
    }
    case 'stale': {
      const what = `${of} ended at ${over}, and its readers have no other`;
      return [findingOn(chain, { kind: 'credential-stale', severity: 'high', what })];
    }
    case 'never': {
      const what = `${chain.name} has no credential: none of its own was ever stored`;
      return [findingOn(chain, { kind: 'credential-stale', severity: 'high', what })];
    }
    case 'missing': {
      const what = `${chain.secret} is not there, or has no label managed-by=hopmint`;
      const fix = createSecret(chain.secret);
      return [findingOn(chain, { kind: 'secret-missing', severity: 'high', what, fix })];
    }
  }
}

/** What somebody wants does not count, until there is nothing valid to read any more. */
function pauseFinding(chain: Chain, { pause, state, ledger }: Freshness): Finding[] {
  const isGone = state !== 'fresh' && state !== 'late' && state !== 'unknown';
  const since = ledger ? `ended at ${ledger.expiresAt.toISOString()}` : 'is not there';
  const what = [
    `${chain.name} is paused until ${pause?.until.toISOString()}: ${pause?.reason}`,
    ...(isGone ? [`its credential ${since}`] : []),
  ].join('; ');
  const severity = isGone ? 'low' : 'info';
  return [findingOn(chain, { kind: 'chain-paused', severity, what })];
}

const GRAVE: Readonly<Record<Mismatch['kind'], Severity>> = {
  'other-chain': 'high',
  'other-target': 'high',
  'alias-moved': 'medium',
  unreadable: 'medium',
  'definition-changed': 'low', // the next tick rotates it
};
const WORST_FIRST: readonly Severity[] = ['high', 'medium', 'low'];

function mismatchFinding(chain: Chain, mismatches: readonly Mismatch[]): Finding[] {
  const severities = mismatches.map(({ kind: is }) => GRAVE[is]);
  const severity = WORST_FIRST.find((s) => severities.includes(s));
  if (!severity) return [];
  const identity = [...new Set(mismatches.map(({ kind: is }) => is))].sort();
  const what = `${chain.name}: ${mismatches.map(({ detail }) => detail).join('; ')}`;
  return [findingOn(chain, { kind: 'ledger-mismatch', severity, what, identity })];
}

function removedFindings(file: ChainFile, listed: ListedSecrets): Finding[] {
  return secretsWithoutChain(listed, file.chains).map(([secret, { annotations }]) => {
    const ledger = parseLedger(annotations);
    const was = ledger
      ? `chain ${ledger.chain} wrote it, and its last credential ends at ${ledger.expiresAt.toISOString()}`
      : 'no chain has ever written it';
    return {
      kind: 'chain-removed',
      severity: 'low',
      account: ledger?.targetId ?? nameOf(file.caller),
      fingerprint: fingerprintOf('chain-removed', secret),
      evidence: {
        summary: `no chain names ${secret}, which has our label: ${was}`,
        resource: secret,
      },
      fix: releaseSecret(secret),
    };
  });
}
