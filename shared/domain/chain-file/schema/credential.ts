import { z } from 'zod';
import { quoted } from '../../basics/text/printable.ts';
import { closest } from '../../basics/text/suggestion.ts';
import type { Kind } from '../../chain/chain.ts';

import { strict, wants } from './messages.ts';
import { duration, text } from './scalars.ts';

/** Google's maximum, which needs an organization policy. */
export const LIFETIME_MAX_SECONDS = 43_200;

export const lifetimeSchema = duration('lifetime: 1h')
  .refine((seconds) => seconds > 0, {
    error: 'a lifetime must be longer than 0: write lifetime: 1h',
  })
  .refine((seconds) => seconds <= LIFETIME_MAX_SECONDS, {
    error: 'no credential from Google lasts longer than 12h: write lifetime: 12h or less',
  });

/** Introspection returns the long names, and the proof of a token compares scopes. */
const LONG_SCOPES: Readonly<Record<string, string>> = {
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};

const scopeMessage = (scope: string): string => {
  if (/[\s,]/.test(scope)) return 'this text contains several scopes: write a list';
  if (scope.startsWith('http://')) return `write https:// instead of http:// in ${quoted(scope)}`;
  const example = /^[a-z][a-z0-9._-]*$/.test(scope) ? scope : 'bigquery.readonly';
  return `${quoted(scope)} is not a scope: write its URL, as in https://www.googleapis.com/auth/${example}, or openid, email or profile`;
};

const Scope = z
  .string({ error: wants('a URL, as in https://www.googleapis.com/auth/bigquery.readonly') })
  .regex(/^(?:https:\/\/[^\s,/]+\/[^\s,]*|openid|email|profile)$/, {
    error: ({ input }) => scopeMessage(String(input)),
  })
  .transform((scope) => LONG_SCOPES[scope] ?? scope);

const SCOPES = 'scopes: [https://www.googleapis.com/auth/bigquery.readonly]';

const AccessToken = strict(
  {
    kind: z.literal('access-token'),
    scopes: z
      .array(Scope, { error: wants(SCOPES) })
      .refine((list) => list.length > 0, {
        error: `an access token needs at least one scope: write ${SCOPES}`,
      })
      .meta({ minItems: 1 })
      .transform((scopes) => [...new Set(scopes)])
      .describe('The OAuth scopes of the token: URLs, or openid, email, profile.'),
    lifetime: lifetimeSchema
      .optional()
      .describe(
        '1h unless `defaults` sets another. Over 1h an organization policy must allow the target.',
      ),
  },
  'credential: { kind: access-token, scopes: […] }',
).describe('An OAuth access token, for Google APIs.');

const IdToken = strict(
  {
    kind: z.literal('id-token'),
    audience: text('audience: https://partner.example.com').describe(
      'The service that accepts the token: its `aud`.',
    ),
    includeEmail: z
      .boolean({ error: wants('includeEmail: true') })
      .default(false)
      .describe('Whether the token contains the email of the target.'),
  },
  'credential: { kind: id-token, audience: … }',
  { lifetime: 'an ID token always lasts for 1h: leave the lifetime out' },
).describe(
  'An OpenID Connect ID token, for services that check their callers. It lasts for one hour.',
);

const allowTokenExchange = z
  .boolean({ error: wants('allowTokenExchange: true') })
  .default(false)
  .describe(
    'Also sign claims or bytes that Google would exchange for an access token. The audit reports this.',
  );

const SignedJwt = strict(
  {
    kind: z.literal('signed-jwt'),
    claims: z
      .record(z.string(), z.unknown(), {
        error: wants('claims: { aud: https://firestore.googleapis.com/ }'),
      })
      .describe('The claims to sign, without iss, sub, iat and exp, which Hopmint sets.'),
    lifetime: lifetimeSchema
      .optional()
      .describe(
        '1h unless `defaults` sets another, at most 12h. Google’s own APIs refuse a JWT over 1h.',
      ),
    allowTokenExchange,
  },
  'credential: { kind: signed-jwt, claims: { aud: … } }',
).describe('A JWT that the target signs with its own key.');

const PAYLOAD_MAX_BYTES = 8192;
const PAYLOAD = 'payload: { text: "release 42" } or { base64: … }';

const payloadOf = (bytes: Buffer, context: z.core.$RefinementCtx): string => {
  if (bytes.length > 0 && bytes.length <= PAYLOAD_MAX_BYTES) return bytes.toString('base64');
  const message =
    bytes.length === 0
      ? `the payload is empty: write ${PAYLOAD}`
      : `${bytes.length} bytes are too many: at most 8 KiB can be signed, so sign a hash`;
  context.issues.push({ code: 'custom', message, input: undefined });
  return z.NEVER;
};

const BASE64 = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;
const oneOf = 'write text or base64, not both';

const Payload = z
  .union(
    [
      strict(
        {
          text: z
            .string({ error: wants(PAYLOAD) })
            .transform((value, context) => payloadOf(Buffer.from(value, 'utf8'), context))
            .describe('The bytes as text, in UTF-8.'),
        },
        PAYLOAD,
        { base64: oneOf },
      ).transform(({ text }) => text),
      strict(
        {
          base64: z
            .string({ error: wants(PAYLOAD) })
            .transform((value) => value.replace(/\s/g, '')) // base64 may be written in several lines
            .refine((value) => BASE64.test(value), {
              error: 'this is not base64: write A–Z, a–z, 0–9, + and /, with = at the end',
            })
            .transform((value, context) => payloadOf(Buffer.from(value, 'base64'), context))
            .describe('The bytes in standard base64.'),
        },
        PAYLOAD,
        { text: oneOf },
      ).transform(({ base64 }) => base64),
    ],
    { error: wants(PAYLOAD) },
  )
  .describe('The exact bytes to sign, 8 KiB at most.');

const SignedBlob = strict(
  { kind: z.literal('signed-blob'), payload: Payload, allowTokenExchange },
  'credential: { kind: signed-blob, payload: … }',
  {
    lifetime: 'a signature has no lifetime: leave it out (Google keeps the key for 12h)',
  },
).describe('A signature over bytes, by the target’s own key.');

const SCHEMAS = [AccessToken, IdToken, SignedJwt, SignedBlob] as const;
const KINDS: readonly Kind[] = SCHEMAS.map(({ shape }) => shape.kind.value);

function kindMessage(kind: unknown): string {
  if (kind === undefined) return `"kind" is missing: write kind: ${KINDS.join(', ')}`;
  const meant = typeof kind === 'string' ? closest(kind, KINDS) : undefined;
  const no = typeof kind === 'string' ? `${quoted(kind)} is not a kind` : 'this is not a kind';
  return `${no}: ${meant ? `did you mean "${meant}"?` : `write kind: ${KINDS.join(', ')}`}`;
}

/** The credential to mint. */
export const CredentialSource = z.discriminatedUnion('kind', SCHEMAS, {
  error: (issue) =>
    issue.note === 'No matching discriminator'
      ? kindMessage((issue.input as { kind?: unknown }).kind)
      : wants('credential: { kind: access-token, scopes: […] }')(issue),
});
export type CredentialSource = z.output<typeof CredentialSource>;
