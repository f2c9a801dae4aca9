import { commandLine } from '../basics/text/shell-line.ts';
import { type Account, nameOf, sameAccount } from '../chain/account.ts';
import type { ChainFile } from '../chain/chain.ts';
import type { Service } from './facts.ts';
import { failed, type Judged, ok } from './judged.ts';

/** @param source the value of `--file` */
export const publishCommand = (source: string): string =>
  commandLine('./hopmint publish', source === 'chains.yaml' ? [] : ['-f', source]);

/** The published chain file that passed. */
export type PublishedFile = {
  readonly place: string;
  readonly file: Pick<ChainFile, 'caller' | 'chains'>;
  readonly generation: string;
};

/** `mint` refuses a file with another caller. @param mint its service, if there is one */
export function judgeChainFile(
  { place, file, generation }: PublishedFile,
  own: { readonly caller: Account },
  mint: Service | undefined,
  publish: string,
): Judged {
  const caller = nameOf(file.caller);
  if (!sameAccount(file.caller, own.caller)) {
    return failed(
      `the caller of ${place} is ${caller}, and that of your chain file is ${nameOf(own.caller)}`,
      publish,
    );
  }
  if (mint && file.caller.email !== undefined && mint.account !== file.caller.email) {
    return failed(`the caller of ${place} is ${caller}, but mint runs as ${mint.account}`, publish);
  }
  return ok(`${file.chains.length} chains in generation ${generation}, caller ${caller}`);
}
