import type { Cloud } from '../../../shared/cloud/cloud.ts';
import type { Failure } from '../../../shared/domain/basics/failure.ts';
import { nameOf } from '../../../shared/domain/chain/account.ts';
import type { Chain } from '../../../shared/domain/chain/chain.ts';
import { hopsOf } from '../../../shared/domain/chain/hop.ts';
import { intentOf } from '../../../shared/domain/chain/intent.ts';
import { diagnose } from '../../../shared/operations/diagnose.ts';
import { prove } from '../../../shared/operations/prove.ts';
import { toJson } from '../../../shared/report/json.ts';
import type { OpenedFile } from '../../operator/chain-file.ts';
import { chainsCalled } from '../../operator/choose.ts';
import { open } from '../../operator/open.ts';
import { type ReadSource, readSource } from '../../operator/source.ts';
import type { Exit, Io } from '../../terminal/io.ts';
import { failedText, mintedText, type NotMinted } from './text.ts';

export type MintOptions = {
  readonly source: string;
  readonly chain: string;
  readonly json: boolean;
  /** Print the credential, and nothing else, to standard output. In JSON, add it as a field. */
  readonly reveal?: boolean;
};

/**
 * Mints and proves the credential of a chain as the operator, and stores nothing. So it shows whether a chain works, except for its first
 * hop, which begins at the operator here and at the caller in a deployment.
 *
 * @returns 1 if the chain fails, 3 if Google did not answer or the credential could not be proven
 */
export async function mint(
  { source, chain: name, json, reveal = false }: MintOptions,
  io: Io,
  read: ReadSource = readSource(io),
): Promise<Exit> {
  const opened = await open(source, io, read);
  if (!opened.ok) return opened.error;
  const { file, version, cloud } = opened.value;
  const chosen = chainsCalled(file, [name]);
  if (!chosen.ok) {
    io.err(`${source}: ${chosen.error}\n`);
    return 2;
  }
  const [chain] = chosen.value as [Chain];
  const [first] = hopsOf(chain, file.caller);
  const to = nameOf(first?.to ?? chain.target);
  io.err(
    `you call as yourself, not as ${nameOf(file.caller)}: the first hop is from you to ${to}\n`,
  );

  const fail = async (failure: Failure): Promise<Exit> => {
    const explained = await explain(failure, chain, { file, version }, cloud, io);
    io.out(json ? toJson(explained) : failedText(explained, chain, file));
    return ['cloud-busy', 'deadline', 'unauthenticated'].includes(failure.reason) ? 3 : 1;
  };
  const targetId = await idOfTarget(chain, cloud, io);
  const minted = await cloud.credentials.mint(chain, io.now, io.signal);
  if (!minted.ok) return fail(minted.error);
  const credential = minted.value;
  const proven = await prove(chain, credential, targetId, cloud.credentials, io.now, io.signal);
  if (!proven.ok) return fail(proven.error);

  const { mintedAt, expiresAt, keyId } = credential;
  const shown = {
    chain: chain.name,
    kind: chain.credential.kind,
    target: nameOf(chain.target),
    mintedAt,
    expiresAt,
    ...(keyId !== undefined && { keyId }),
    proof: proven.value === 'unproven' ? ('unproven' as const) : ('proven' as const),
    ...(proven.value !== 'unproven' && proven.value),
    targetIsKnown: targetId !== undefined,
  };
  const token = reveal ? credential.token.reveal() : undefined;
  if (json) io.out(toJson({ ...shown, ...(token !== undefined && { credential: token }) }));
  else if (token === undefined) io.out(mintedText(shown, io.now()));
  else {
    io.err(mintedText(shown, io.now()));
    io.out(`${token}\n`);
  }
  return proven.value === 'unproven' ? 3 : 0;
}

/** The unique ID of the target: from the chain file, or from IAM if the operator may read it. */
async function idOfTarget({ target }: Chain, cloud: Cloud, io: Io): Promise<string | undefined> {
  if (target.uniqueId !== undefined) return target.uniqueId;
  const known = await cloud.policies.account(target, io.signal);
  return known.ok && known.value !== 'missing' ? known.value.uniqueId : undefined;
}

/** What the policies say about a failure, as far as the operator may read them. They are read for the caller, and not for the operator. */
async function explain(
  failure: Failure,
  chain: Chain,
  { file, version }: Pick<OpenedFile, 'file' | 'version'>,
  { policies }: Cloud,
  io: Io,
): Promise<NotMinted> {
  const failed = { ...failure, chain: chain.name };
  const intent = intentOf(file, version);
  const options = { policies, now: io.now, signal: io.signal };
  const [found] = await diagnose([failed], intent, options);
  return { ...failed, ...found?.diagnosis };
}
