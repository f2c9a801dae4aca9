import { z } from 'zod';
import { quoted } from '../../basics/printable.ts';
import { closest } from '../../basics/suggestion.ts';

import { strict, wants } from './messages.ts';
import { duration, text } from './scalars.ts';

/** What Google grants at most, and only under an organization policy. */
export const LIFETIME_MAX_SECONDS = 43_200;

export const lifetimeSchema = duration('lifetime: 1h')
  .refine((seconds) => seconds > 0, { error: 'a credential lives for a while: write lifetime: 1h' })
  .refine((seconds) => seconds <= LIFETIME_MAX_SECONDS, {
    error: 'nothing that Google mints lives longer than 12h: write lifetime: 12h or less',
  });

/** Tokeninfo answers the long names, and a credential is proven by its scopes. */
const LONG_SCOPES: Readonly<Record<string, string>> = {
  email: 'https://www.googleapis.com/auth/userinfo.email',
  profile: 'https://www.googleapis.com/auth/userinfo.profile',
};

const scopeMessage = (scope: string): string => {
  if (/[\s,]/.test(scope)) return 'these are several scopes in one text: write a list of them';
  if (scope.startsWith('http://')) return `write https:// for http:// in ${quoted(scope)}`;
  const example = /^[a-z][a-z0-9._-]*$/.test(scope) ? scope : 'bigquery.readonly';
  return `${quoted(scope)} is no scope: write its URL, as in https://www.googleapis.com/auth/${example}, or openid, email or profile`;
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
      .min(1, { error: `an access token is for one scope at least: write ${SCOPES}` })
      .transform((scopes) => [...new Set(scopes)])
      .describe(
        'What the token may be used for: OAuth scopes, as URLs, or openid, email, profile.',
      ),
    lifetime: lifetimeSchema
      .optional()
      .describe(
        '1h unless `defaults` says otherwise. Over 1h the target must be allowed by an organization policy.',
      ),
  },
  'credential: { kind: access-token, scopes: […] }',
).describe('An OAuth access token, for Google APIs.');

const IdToken = strict(
  {
    kind: z.literal('id-token'),
    audience: text('audience: https://partner.example.com').describe(
      'Who is to accept the token: its `aud`.',
    ),
    includeEmail: z
      .boolean({ error: wants('includeEmail: true') })
      .default(false)
      .describe('Whether the token tells the email of the target.'),
  },
  'credential: { kind: id-token, audience: … }',
  { lifetime: 'an ID token lives for 1h, which Google fixes: leave the lifetime out' },
).describe('An OpenID Connect ID token, for services that check who calls. It lives for one hour.');

const allowTokenExchange = z
  .boolean({ error: wants('allowTokenExchange: true') })
  .default(false)
  .describe('Sign what Google would exchange for an access token, too. The audit reports it.');

const SignedJwt = strict(
  {
    kind: z.literal('signed-jwt'),
    claims: z
      .record(z.string(), z.unknown(), {
        error: wants('claims: { aud: https://firestore.googleapis.com/ }'),
      })
      .describe('The claims to sign, without iss, sub, iat and exp, which are set.'),
    lifetime: lifetimeSchema
      .optional()
      .describe(
        '1h unless `defaults` says otherwise; 12h at most. Google’s own APIs refuse a JWT over 1h.',
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
      ? `there is nothing to sign: write ${PAYLOAD}`
      : `${bytes.length} bytes are too much to sign: 8 KiB at most, so sign a hash`;
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
            .transform((value) => value.replace(/\s/g, '')) // a block of lines is one text
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
    lifetime:
      'a signature has no lifetime, and Google keeps its key for 12h: leave the lifetime out',
  },
).describe('A signature over bytes, by the target’s own key.');

const KINDS = ['access-token', 'id-token', 'signed-jwt', 'signed-blob'];

function kindMessage(kind: unknown): string {
  if (kind === undefined) return `"kind" is missing: write kind: ${KINDS.join(', ')}`;
  const meant = typeof kind === 'string' ? closest(kind, KINDS) : undefined;
  const no = typeof kind === 'string' ? `there is no kind ${quoted(kind)}` : 'this is no kind';
  return `${no}: ${meant ? `did you mean "${meant}"?` : `write kind: ${KINDS.join(', ')}`}`;
}

/** What is to be minted. */
export const CredentialSource = z.discriminatedUnion(
  'kind',
  [AccessToken, IdToken, SignedJwt, SignedBlob],
  {
    error: (issue) =>
      issue.note === 'No matching discriminator'
        ? kindMessage((issue.input as { kind?: unknown }).kind)
        : wants('credential: { kind: access-token, scopes: […] }')(issue),
  },
);
export type CredentialSource = z.output<typeof CredentialSource>;
