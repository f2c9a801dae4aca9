/**
 * Everything that a signing kind must not sign, because a signature of a service account over it is a credential of another kind, or can be
 * exchanged for one. A chain may still sign it with `allowTokenExchange: true`. Each entry names its public source.
 */

/** Where a refused form stands in a definition. */
export type Place =
  /** The audience is this API of Google, in any spelling of its host: global, regional, mTLS, or behind Private Service Connect. */
  | { readonly in: 'audience'; readonly service: string }
  /** The audience is on such a host; `path` is tested in lower case. */
  | { readonly in: 'audience'; readonly host: RegExp; readonly path: RegExp }
  /** The audience looks like an address, and is none that we can read. */
  | { readonly in: 'audience'; readonly unreadable: true }
  /** `aud` is too long, or neither a text nor a list of texts. */
  | { readonly in: 'aud' }
  /** The claims have all these names. */
  | { readonly in: 'claims'; readonly names: readonly string[] }
  /** The bytes are this text, as it is or in base64. */
  | { readonly in: 'blob'; readonly text: RegExp }
  /** The bytes before the first dot are base64 of the header of a JWS. */
  | { readonly in: 'blob'; readonly header: 'JWS' };

export type RefusedForm = {
  readonly place: Place;
  /** A phrase for messages: "… is `what`". */
  readonly what: string;
  /** A clause: what the holder of the signature could do. */
  readonly why: string;
  /** What to write instead. */
  readonly instead: string;
  /** The page that documents it. */
  readonly source: string;
};

const ANY = /^/;
const ANY_API = /(?:^|\.)googleapis\.com$/;
/** The hosts that serve several APIs. */
const SHARED_HOST = /^(?:(?:www|content)\.(?:[a-z-]+\.)*)?googleapis\.com$/;
/** A verb, MD5, content type, and expiry, each on its line. A server may read any text as an expiry. */
const V2_STRING =
  /^(?:GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS|RESUMABLE)[^\S\n]*\n[^\n]*\n[^\n]*\n[^\n]*\n/i;
/** Anything that could be an object of JSON with the key `conditions`. It is not parsed, because parsers differ in what they accept. */
const POLICY_DOCUMENT = /\{[\s\S]*conditions/i;
const ACCESS_TOKEN = 'mint an access-token instead';
const OTHER_AUDIENCE = 'write the audience of another service';
const OTHER_BYTES = 'sign other bytes';

/**
 * An API that mints or signs takes the JWT as a bearer token, so the signature is as good as the right to call the API.
 *
 * @see https://google.aip.dev/auth/4111
 */
const minting = (service: string, does: string, source: string): RefusedForm => ({
  place: { in: 'audience', service },
  what: `an API of Google that ${does}`,
  why: 'it takes the JWT as a bearer token',
  instead: OTHER_AUDIENCE,
  source,
});

export const REFUSED_FORMS: readonly RefusedForm[] = [
  {
    place: { in: 'audience', service: 'oauth2' },
    what: 'a token endpoint',
    why: 'it exchanges the JWT for an access token',
    instead: ACCESS_TOKEN,
    source: 'https://developers.google.com/identity/protocols/oauth2/service-account',
  },
  {
    // The whole host: it is also the issuer that RFC 7523 would name.
    place: { in: 'audience', host: /^accounts\.(?:mtls\.)?google\.com$/, path: ANY },
    what: 'an old token endpoint',
    why: 'it exchanges the JWT for an access token',
    instead: ACCESS_TOKEN,
    source: 'https://cloud.google.com/iam/docs/keys-create-delete',
  },
  {
    place: { in: 'audience', host: ANY_API, path: /^\/oauth2(?:\/|$)/ },
    what: 'an old token endpoint',
    why: 'it exchanges the JWT for an access token',
    instead: ACCESS_TOKEN,
    source: 'https://cloud.google.com/functions/docs/securing/authenticating',
  },
  {
    place: { in: 'audience', host: ANY_API, path: /^\/identitytoolkit(?:\/|$)/ },
    what: 'the old address of Identity Platform',
    why: 'it exchanges the JWT for the session of any user',
    instead: OTHER_AUDIENCE,
    source:
      'https://cloud.google.com/identity-platform/docs/reference/rest/v1/accounts/signInWithCustomToken',
  },
  {
    // As a bearer token, it is for every API of this host.
    place: { in: 'audience', host: SHARED_HOST, path: /^\/$/ },
    what: 'a host of Google that also has token endpoints',
    why: 'it takes the JWT as a bearer token',
    instead: OTHER_AUDIENCE,
    source: 'https://google.aip.dev/auth/4111',
  },
  {
    place: { in: 'audience', service: 'sts' },
    what: 'a token endpoint',
    why: 'it exchanges the JWT for an access token',
    instead: ACCESS_TOKEN,
    source: 'https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token',
  },
  {
    // Other universes of Google have other domains, not all of them public.
    place: { in: 'audience', host: /(?:^|[.-])(?:oauth2|sts)[.-]/, path: /\/token\/?$/ },
    what: 'a token endpoint, perhaps of another universe of Google',
    why: 'it may exchange the JWT for an access token',
    instead: ACCESS_TOKEN,
    source: 'https://documentation.s3ns.fr/iam/docs/reference/sts/rest',
  },
  {
    // A provider of workload identity federation has such a name as its audience.
    place: { in: 'audience', service: 'iam' },
    what: 'an API of Google that creates keys, or a pool of workload identities',
    why: 'the JWT is a bearer token of the API, and can be exchanged for a token of the pool',
    instead: OTHER_AUDIENCE,
    source:
      'https://cloud.google.com/iam/docs/reference/rest/v1/projects.locations.workloadIdentityPools.providers',
  },
  minting(
    'iamcredentials',
    'mints credentials of every kind',
    'https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts',
  ),
  minting(
    'securetoken',
    'exchanges tokens of Firebase users',
    'https://firebase.google.com/docs/reference/rest/auth#section-refresh-token',
  ),
  minting(
    'workstations',
    'mints access tokens for workstations',
    'https://cloud.google.com/workstations/docs/reference/rest/v1/projects.locations.workstationClusters.workstationConfigs.workstations/generateAccessToken',
  ),
  minting(
    'oauthaccountmanager',
    'mints access tokens for apps',
    'https://chromium.googlesource.com/chromium/src/+/main/google_apis/gaia/gaia_urls.cc',
  ),
  minting(
    'apikeys',
    'creates API keys',
    'https://cloud.google.com/api-keys/docs/reference/rest/v2/projects.locations.keys/create',
  ),
  {
    place: { in: 'audience', service: 'identitytoolkit' },
    what: 'the audience of a Firebase custom token',
    why: 'Firebase exchanges the JWT for the session of any user',
    instead: OTHER_AUDIENCE,
    source: 'https://firebase.google.com/docs/auth/admin/create-custom-tokens',
  },
  {
    place: { in: 'audience', service: 'firebaseappcheck' },
    what: 'the audience of a custom token for Firebase App Check',
    why: 'Firebase exchanges the JWT for a token that speaks for the app',
    instead: OTHER_AUDIENCE,
    source:
      'https://firebase.google.com/docs/reference/appcheck/rest/v1/projects.apps/exchangeCustomToken',
  },
  {
    place: { in: 'audience', unreadable: true },
    what: 'no address that Hopmint can read',
    why: 'another program may read it as a token endpoint',
    instead: OTHER_AUDIENCE,
    source: 'https://url.spec.whatwg.org/#host-parsing',
  },
  {
    place: { in: 'aud' },
    what: 'a JWT whose aud is over 2 KiB, or neither a text nor a list of texts',
    why: 'it may contain a token endpoint',
    instead: OTHER_AUDIENCE,
    source: 'https://www.rfc-editor.org/rfc/rfc7519#section-4.1.3',
  },
  {
    place: { in: 'claims', names: ['scope'] },
    what: 'a JWT with a scope',
    why: 'it can be exchanged for an access token, and Google’s APIs take it as one',
    instead: ACCESS_TOKEN,
    source: 'https://google.aip.dev/auth/4111',
  },
  {
    place: { in: 'claims', names: ['target_audience'] },
    what: 'a JWT with a target_audience',
    why: 'it can be exchanged for an ID token',
    instead: 'mint an id-token instead',
    source: 'https://cloud.google.com/functions/docs/securing/authenticating',
  },
  {
    place: { in: 'claims', names: ['prn'] },
    what: 'a JWT with prn, the old name of sub',
    why: 'its holder could act as a Workspace user',
    instead: 'leave it out',
    source: 'https://pkg.go.dev/golang.org/x/oauth2/jws#ClaimSet',
  },
  {
    place: { in: 'claims', names: ['uid', 'claims'] },
    what: 'a JWT with uid and claims, which is a Firebase custom token',
    why: 'Firebase exchanges it for the session of any user',
    instead: 'leave one of them out',
    source: 'https://firebase.google.com/docs/auth/admin/create-custom-tokens',
  },
  {
    // By RFC 7797 the part after the header may be anything, so the header alone decides.
    place: { in: 'blob', header: 'JWS' },
    what: 'the signing input of a JWS',
    why: 'its signature makes a JWT with any claims',
    instead: OTHER_BYTES,
    source: 'https://www.rfc-editor.org/rfc/rfc7515#section-5.1',
  },
  {
    place: { in: 'blob', text: /^GOOG4-/i },
    what: 'a string to sign for Cloud Storage (GOOG4)',
    why: 'its signature makes a URL that opens an object',
    instead: OTHER_BYTES,
    source: 'https://cloud.google.com/storage/docs/authentication/signatures#string-to-sign',
  },
  {
    place: { in: 'blob', text: V2_STRING },
    what: 'a string to sign for Cloud Storage (V2)',
    why: 'its signature makes a URL that opens an object',
    instead: OTHER_BYTES,
    source: 'https://cloud.google.com/storage/docs/access-control/signed-urls-v2',
  },
  {
    place: { in: 'blob', text: POLICY_DOCUMENT },
    what: 'a policy document for Cloud Storage',
    why: 'its signature lets anyone upload',
    instead: OTHER_BYTES,
    source: 'https://cloud.google.com/storage/docs/xml-api/post-object-forms',
  },
];

/** The claims that Hopmint sets. No chain may set them, not even with `allowTokenExchange`. */
export const OWN_CLAIMS: Readonly<Record<string, string>> = {
  iss: 'iss is always the target: leave it out',
  sub: 'sub is always the target. With another sub, the holder of the JWT could act as a Workspace user: leave it out',
  iat: 'iat is the time of minting: leave it out',
  exp: 'exp follows from the lifetime: leave it out, and write lifetime: 1h next to the claims',
};
