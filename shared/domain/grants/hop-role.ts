import type { ChainFile, GrantsMode } from '../chain/chain.ts';
import { DELEGATION_PERMISSION, hopsOf, KIND_PERMISSION } from '../chain/hop.ts';
import type { RoleDefinition } from '../iam/role.ts';

import { HOP_ROLE } from './fix.ts';

/** What of a chain something is for; `hop` counts from 1, the caller's. */
export type Serves = { readonly chain: string; readonly hop?: number };

/** The only predefined role that holds one of the five permissions and no other. */
const OPEN_ID_ROLE = 'roles/iam.serviceAccountOpenIdTokenCreator';

/** Under `grants: narrow`: a custom role with just the hop's permission, in the project of the account that it is granted on. */
const NARROW: Readonly<Record<string, Pick<RoleDefinition, 'title'> & { readonly id: string }>> = {
  [DELEGATION_PERMISSION]: { id: 'hopmintDelegate', title: 'Hopmint: be a delegate' },
  [KIND_PERMISSION['access-token']]: {
    id: 'hopmintAccessToken',
    title: 'Hopmint: mint access tokens',
  },
  [KIND_PERMISSION['signed-jwt']]: { id: 'hopmintSignJwt', title: 'Hopmint: sign JWTs' },
  [KIND_PERMISSION['signed-blob']]: { id: 'hopmintSignBlob', title: 'Hopmint: sign blobs' },
};

/** The role that a hop is granted, and what that role is where we have to define it. */
export function hopRoleOf(
  permission: string,
  mode: GrantsMode | undefined,
  projectId: string,
): { readonly role: string; readonly definition?: RoleDefinition } {
  if (mode !== 'narrow') return { role: HOP_ROLE };
  const narrow = NARROW[permission];
  if (!narrow) return { role: OPEN_ID_ROLE };
  return {
    role: `projects/${projectId}/roles/${narrow.id}`,
    definition: {
      title: narrow.title,
      description: 'What one hop of a chain needs, and nothing else.',
      permissions: [permission],
    },
  };
}

/** Every hop of every chain, those that chains share once, with all the chains that it serves. */
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
