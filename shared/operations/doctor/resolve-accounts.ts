import pLimit from 'p-limit';
import { type Account, idOf } from '../../domain/chain/account.ts';
import type { ChainFile } from '../../domain/chain/chain.ts';
import type { DoctorContext } from './context.ts';

const AT_ONCE = 8;

/** The chain file with the email of each account that it names by its unique ID, as far as it can be read. The email contains the project. */
export async function withEmails(
  file: ChainFile,
  { cloud, signal }: Pick<DoctorContext, 'cloud' | 'signal'>,
): Promise<ChainFile> {
  const accounts = file.chains.flatMap(({ delegates, target }) => [...delegates, target]);
  const unnamed = new Set(accounts.flatMap((one) => (one.email === undefined ? [idOf(one)] : [])));
  if (unnamed.size === 0) return file;
  const emails = new Map<string, string>();
  await pLimit(AT_ONCE).map(unnamed, async (uniqueId) => {
    const read = await cloud.policies.account({ uniqueId }, signal);
    if (read.ok && read.value !== 'missing') emails.set(uniqueId, read.value.email);
  });
  const named = (account: Account): Account => {
    const email = account.email ?? emails.get(idOf(account));
    return email === undefined ? account : { ...account, email };
  };
  const chains = file.chains.map((chain) => ({
    ...chain,
    delegates: chain.delegates.map(named),
    target: named(chain.target),
  }));
  return { ...file, chains };
}
