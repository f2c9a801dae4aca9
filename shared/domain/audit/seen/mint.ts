import { z } from 'zod';
import type { Kind } from '../../chain/chain.ts';
import { isGoogleManaged } from '../../iam/service-agent.ts';

/** A mint, as the audit log of the target's project shows it. */
export type Mint = {
  /** Equal in every delivery of the same entry. */
  readonly id: string;
  readonly at: Date;
  readonly kind: Kind;
  /** Who minted: the member whose credential began it, then each account whose token it used, as IAM writes them. At least one. */
  readonly by: readonly string[];
  /** The delegates of the call, in order: an email or a unique ID. */
  readonly delegates: readonly string[];
  readonly target: { readonly email: string; readonly uniqueId: string };
};

const Principal = z.object({
  principalEmail: z.string().optional(),
  principalSubject: z.string().optional(),
  firstPartyPrincipal: z.object({ principalEmail: z.string().optional() }).optional(),
});

/**
 * The entry of a mint.
 *
 * @see https://cloud.google.com/iam/docs/audit-logging/audit-logging-iamcreds
 * @see https://cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog#AuthenticationInfo
 */
const Entry = z.object({
  insertId: z.string().min(1).max(200),
  timestamp: z.iso.datetime({ offset: true }),
  protoPayload: z.object({
    serviceName: z.literal('iamcredentials.googleapis.com'),
    methodName: z.string(),
    status: z.object({ code: z.int().default(0) }).optional(),
    authenticationInfo: Principal.extend({
      serviceAccountDelegationInfo: z.array(Principal).max(20).default([]),
    }).default({ serviceAccountDelegationInfo: [] }),
    request: z.object({ delegates: z.array(z.string()).max(50).nullish() }).optional(),
    metadata: z
      .object({ identityDelegationChain: z.array(z.string()).max(50).optional() })
      .optional(),
  }),
  resource: z.object({ labels: z.object({ email_id: z.string(), unique_id: z.string() }) }),
});

const KINDS: Readonly<Record<string, Kind>> = {
  GenerateAccessToken: 'access-token',
  GenerateIdToken: 'id-token',
  SignJwt: 'signed-jwt',
  SignBlob: 'signed-blob',
};

/** @returns undefined for anything else, and `refused` for a mint that Google refused */
export function parseMint(value: unknown): Mint | 'refused' | undefined {
  const parsed = Entry.safeParse(value);
  if (!parsed.success) return undefined;
  const { insertId, timestamp, protoPayload, resource } = parsed.data;
  const { methodName, status, authenticationInfo, request, metadata } = protoPayload;
  const kind = KINDS[methodName.split('.').at(-1) ?? ''];
  if (kind === undefined) return undefined;
  if (status && status.code !== 0) return 'refused';
  const { serviceAccountDelegationInfo, ...self } = authenticationInfo;
  const { email_id: email, unique_id: uniqueId } = resource.labels;
  const chain = metadata?.identityDelegationChain ?? [];
  return {
    id: insertId,
    at: new Date(timestamp),
    kind,
    by: [
      ...serviceAccountDelegationInfo.flatMap((one) => {
        const member = memberOf(one);
        // Google runs workloads as their account. No person minted then.
        return member === undefined || isAgent(member) ? [] : [member];
      }),
      memberOf(self) ?? 'somebody',
    ],
    // The last one of the chain is the target.
    delegates: (request?.delegates ?? chain.slice(0, -1)).map(nameIn),
    target: { email, uniqueId },
  };
}

const nameIn = (resource: string): string => resource.split('/').at(-1) ?? '';

function memberOf(principal: z.output<typeof Principal>): string | undefined {
  const { principalEmail, principalSubject, firstPartyPrincipal } = principal;
  const email = principalEmail || firstPartyPrincipal?.principalEmail;
  if (email)
    return email.endsWith('gserviceaccount.com') ? `serviceAccount:${email}` : `user:${email}`;
  return principalSubject || undefined;
}

const isAgent = (member: string): boolean => isGoogleManaged(member.replace('serviceAccount:', ''));
