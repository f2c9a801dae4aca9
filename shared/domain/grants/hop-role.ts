import type { ChainFile, GrantsMode } from '../chain/chain.ts';
import { DELEGATION_PERMISSION, hopsOf, KIND_PERMISSION } from '../chain/hop.ts';
import type { RoleDefinition } from '../iam/role.ts';

import { HOP_ROLE } from './fix.ts';

/** The chain that needs a resource or a grant. For a grant, also the hop. `hop` counts from 1, which is the hop from the caller. */
export type Serves = { readonly chain: string; readonly hop?: number };

/** The only predefined role that has exactly one of the five permissions. */
const ID_TOKEN_ROLE = 'roles/iam.serviceAccountOpenIdTokenCreator';

/** Under `grants: narrow`: a custom role with only the hop's permission, in the project of the hop's account. */
const NARROW_ROLES: Readonly<
  Record<string, Pick<RoleDefinition, 'title'> & { readonly id: string }>
> = {
  [DELEGATION_PERMISSION]: { id: 'hopmintDelegate', title: 'Hopmint: be a delegate' },
  [KIND_PERMISSION['access-token']]: {
    id: 'hopmintAccessToken',
    title: 'Hopmint: mint access tokens',
  },
  [KIND_PERMISSION['signed-jwt']]: { id: 'hopmintSignJwt', title: 'Hopmint: sign JWTs' },
  [KIND_PERMISSION['signed-blob']]: { id: 'hopmintSignBlob', title: 'Hopmint: sign blobs' },
};

/** The role to grant for a hop, and its definition if it is a custom role. */
export function hopRoleOf(
  permission: string,
  mode: GrantsMode | undefined,
  projectId: string,
): { readonly role: string; readonly definition?: RoleDefinition } {
  if (mode !== 'narrow') return { role: HOP_ROLE };
  const narrow = NARROW_ROLES[permission];
  if (!narrow) return { role: ID_TOKEN_ROLE };
  return {
    role: `projects/${projectId}/roles/${narrow.id}`,
    definition: {
      title: narrow.title,
      description: 'The one permission that a hop of a chain needs.',
      permissions: [permission],
    },
  };
}

/** Every hop of every chain. A hop that several chains share appears once, with all of them. */
export function sharedHopsOf(file: ChainFile) {
  const hops = file.chains.flatMap((chain) =>
    hopsOf(chain, file.caller).map((hop, i) => ({
      hop,
      serves: { chain: chain.name, hop: i + 1 } satisfies Serves,
    })),
  );
  const shared = Map.groupBy(hops, ({ hop: { from, to, permission } }) =>
    JSON.stringify([from, to, permission]),
  );
  return [...shared.values()].flatMap((same) => {
    const [first] = same;
    return first ? [{ hop: first.hop, serves: same.map(({ serves }) => serves) }] : [];
  });
}
