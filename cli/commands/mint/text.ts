import type { Diagnosis } from '../../../shared/domain/audit/diagnosis.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { printable } from '../../../shared/domain/basics/text/printable.ts';
import { nameOf } from '../../../shared/domain/chain/account.ts';
import type { Chain, ChainFile, Kind } from '../../../shared/domain/chain/chain.ts';
import { hopsOf } from '../../../shared/domain/chain/hop.ts';

/** The description of a minted credential, without the credential. */
export type Minted = {
  readonly chain: string;
  readonly kind: Kind;
  readonly target: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly keyId?: string;
  readonly proof: 'proven' | 'unproven';
  readonly targetId?: string;
  /** The chain file or IAM gave the unique ID of the target, so the proof could be compared with it. */
  readonly targetIsKnown: boolean;
};

export type NotMinted = Failure & Partial<Diagnosis> & { readonly chain: string };

const PROVEN: Readonly<Record<Kind, string>> = {
  'access-token': 'Google confirms its scopes and its expiry',
  'id-token': 'Google has signed it for this audience',
  'signed-jwt': 'a key of the target has signed these claims',
  'signed-blob': 'a key of the target has signed these bytes',
};

const lines = (of: readonly string[]): string => of.map((line) => `${printable(line)}\n`).join('');

export function mintedText(minted: Minted, now: Date): string {
  const { chain, kind, target, targetId, expiresAt, proof, keyId, targetIsKnown } = minted;
  const left = Math.floor((expiresAt.getTime() - now.getTime()) / 60_000);
  const known = targetIsKnown ? '' : `; IAM could not be read to check that this is ${target}`;
  const whose = targetId === undefined ? '' : `, of account ${targetId}${known}`;
  return lines([
    `${chain}  ${kind}, not stored`,
    `target   ${target}`,
    `expires  ${expiresAt.toISOString().replace(/\.\d+Z$/, 'Z')}, in ${left}m`,
    proof === 'proven'
      ? `proof    ${PROVEN[kind]}${whose}`
      : 'proof    none: the service that proves it did not answer twice',
    ...(keyId === undefined ? [] : [`key      ${keyId}`]),
  ]);
}

export function failedText(failed: NotMinted, chain: Chain, { caller }: ChainFile): string {
  const { reason, detail, permission, summary, fix, cause, unread = [] } = failed;
  const [first] = hopsOf(chain, caller);
  const duty = first && `${first.permission} on ${nameOf(first.to)}`;
  return lines([
    `${chain.name}  failed: ${reason}`,
    `because  ${detail}${permission === undefined ? '' : `, without ${permission}`}`,
    ...(summary === undefined ? [] : [`${cause === 'hop' ? 'broken ' : 'reason '}  ${summary}`]),
    ...(fix ? [`fix      ${fix.gcloud}`] : []),
    ...unread.map((line) => `unread   ${line}`),
    ...(reason === 'mint-denied'
      ? [`you      need ${duty} yourself: the grant of ${nameOf(caller)} does not help you`]
      : []),
  ]);
}
