import type { Member } from '../../iam/member.ts';
import type { ServiceAccount } from '../../iam/snapshot.ts';

/** Something that chains rest on, and that a policy may open to somebody. */
export type Asset = {
  /** `account`: of a chain, or ours. `lead`: an account by which one of these is reached. */
  readonly is: 'account' | 'lead' | 'secret' | 'role' | 'deny-policies' | 'pool' | 'services';
  /** What a person calls it. */
  readonly name: string;
  /** Of an account, or of a secret; of the rest, the container that it lives in. */
  readonly resource: string;
  readonly above: readonly string[];
  /** Each opens it. */
  readonly permissions: readonly string[];
  /** The accounts of chains that it stands for, and the chains. */
  readonly accounts: readonly string[];
  readonly chains: readonly string[];
  readonly account?: ServiceAccount;
  /** Its chain says who reads it. */
  readonly declaresReaders?: boolean;
  /** Is this what some hop, reader or exception is for? */
  readonly expects: (member: Member, permission: string) => boolean;
};
