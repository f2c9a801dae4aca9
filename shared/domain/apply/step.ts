import type { Replication } from '../chain/replication.ts';
import type { Serves } from '../grants/hop-role.ts';
import type { Condition } from '../iam/policy.ts';
import type { RoleDefinition } from '../iam/role.ts';

type Change =
  | ({ readonly do: 'create-role' } & RoleDefinition)
  | { readonly do: 'add-permissions'; readonly permissions: readonly string[] }
  | {
      readonly do: 'create-secret';
      readonly labels: Readonly<Record<string, string>>;
      readonly replication: Replication;
    }
  | { readonly do: 'label-secret'; readonly labels: Readonly<Record<string, string>> }
  | {
      readonly do: 'add-member';
      readonly member: string;
      readonly role: string;
      readonly condition?: Condition;
    };

/** One change that `apply` makes. It only adds: no step removes anything. */
export type Step = Change & {
  /** `projects/P/roles/R`, `projects/P/secrets/S`, or `projects/P/serviceAccounts/EMAIL`. */
  readonly resource: string;
  /** The chains and hops that need the step. */
  readonly serves: readonly Serves[];
};
