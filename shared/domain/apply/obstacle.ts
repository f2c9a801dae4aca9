import type { ChainPosition } from '../chain/chain.ts';

/** A problem that no step of a plan solves. `fix`: a command that a person can run, if one is safe. */
export type Obstacle = {
  readonly kind:
    | 'account-missing'
    | 'account-disabled'
    | 'role-deleted'
    | 'role-disabled'
    | 'denied'
    | 'secret-foreign'
    | 'secret-expiring'
    | 'policy-full'
    | 'lifetime-not-allowed'
    | 'api-disabled'
    | 'unread'
    | 'permission-missing';
  readonly resource: string;
  readonly text: string;
  /** The chains that the problem affects. `apply` does the steps of the other chains. */
  readonly chains: readonly string[];
  /** The file and line of each of these chains, if known. */
  readonly positions?: readonly ChainPosition[];
  readonly fix?: string;
};
