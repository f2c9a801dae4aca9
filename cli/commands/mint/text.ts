import type { Diagnosis } from '../../../shared/domain/audit/diagnosis.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { printable } from '../../../shared/domain/basics/printable.ts';
import { nameOf } from '../../../shared/domain/chain/account.ts';
import type { Chain, ChainFile, Kind } from '../../../shared/domain/chain/chain.ts';
import { hopsOf } from '../../../shared/domain/chain/hop.ts';

/** What is told of a credential that was minted, without the credential. */
export type Minted = {
  readonly chain: string;
  readonly kind: Kind;
  readonly target: string;
  readonly mintedAt: Date;
  readonly expiresAt: Date;
  readonly keyId?: string;
  readonly proof: 'proven' | 'unproven';
  readonly targetId?: string;
  /** The target's unique ID was known before. */
  readonly targetIsKnown: boolean;
};

export type NotMinted = Failure & Partial<Diagnosis> & { readonly chain: string };

const PROVEN: Readonly<Record<Kind, string>> = {
  'access-token': 'Google knows it, with these scopes and this end',
  'id-token': 'Google has signed it, for this audience',
  'signed-jwt': "a key of the target's has signed these claims",
  'signed-blob': "a key of the target's has signed these bytes",
};

const lines = (of: readonly string[]): string => of.map((line) => `${printable(line)}\n`).join('');

export function mintedText(minted: Minted, now: Date): string {
  const { chain, kind, target, targetId, expiresAt, proof, keyId, targetIsKnown } = minted;
  const left = Math.floor((expiresAt.getTime() - now.getTime()) / 60_000);
  const known = targetIsKnown ? '' : `; that this is ${target} could not be read`;
  const whose = targetId === undefined ? '' : `, of ${targetId}${known}`;
  return lines([
    `${chain}  ${kind}, stored nowhere`,
    `target   ${target}`,
    `expires  ${expiresAt.toISOString().replace(/\.\d+Z$/, 'Z')}, in ${left}m`,
    proof === 'proven'
      ? `proof    ${PROVEN[kind]}${whose}`
      : 'proof    none: what proves it did not answer, twice',
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
    ...(summary === undefined ? [] : [`${cause === 'hop' ? 'broken ' : 'that is'}  ${summary}`]),
    ...(fix ? [`fix      ${fix.gcloud}`] : []),
    ...unread.map((line) => `unread   ${line}`),
    ...(reason === 'mint-denied'
      ? [`you      need ${duty} yourself, whatever ${nameOf(caller)} has`]
      : []),
  ]);
}
