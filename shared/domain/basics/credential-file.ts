/** The only universe that this program works with. */
const UNIVERSE = 'googleapis.com';

/**
 * The hosts that a file may name, over https: those of token exchange, of impersonation, and of the token endpoint. Other hosts of Google
 * are refused: on some of them, anybody can have a place that stores what it gets.
 *
 * @see https://cloud.google.com/iam/docs/workload-identity-federation-with-other-providers
 * @see https://cloud.google.com/iam/docs/reference/sts/rest
 */
const HOST =
  /^(?:(?:sts|iamcredentials)(?:\.mtls|\.[a-z]+-[a-z]+\d+\.rep)?|oauth2|cloudresourcemanager)\.googleapis\.com$/;

/** Fields that get no credential: google-auth-library does not read the first four, and asks a `credential_source` for a token of its own. */
const HARMLESS = [
  'auth_uri',
  'token_uri',
  'auth_provider_x509_cert_url',
  'client_x509_cert_url',
  'credential_source',
];

/** A file of application default credentials that this program refuses. The message contains no value of the file but an origin. */
export class CredentialFileError extends Error {
  override readonly name = 'CredentialFileError';
}

/**
 * Refuses a file of application default credentials with which google-auth-library would send a credential to a host that is not Google's.
 * The library sends some of its requests without our `fetch`, so nothing else could stop these.
 *
 * @param file the parsed file, or `null` without one
 * @throws {CredentialFileError} names the field, and the origin that it points to
 */
export function checkCredentialFile(file: unknown): void {
  if (typeof file !== 'object' || file === null) return;
  for (const [name, value] of Object.entries(file)) {
    const refuse = (why: string) => {
      throw new CredentialFileError(
        `the file of your Google identity: ${/^\w{1,60}$/.test(name) ? name : 'a field'} ${why}`,
      );
    };
    if (HARMLESS.includes(name)) continue;
    if (name === 'type' && value === 'gdch_service_account') {
      refuse('is gdch_service_account, which is no identity of Google Cloud');
    }
    if (/^universe_?domain$/i.test(name) && value !== UNIVERSE) {
      refuse(`names another universe than ${UNIVERSE}`);
    }
    if (/^transporter/.test(name)) refuse('changes where requests go');
    if (typeof value === 'string') {
      const origin = foreignOrigin(value);
      if (origin !== undefined) {
        refuse(`names ${origin}, but a credential goes over https to Google only`);
      }
    }
    checkCredentialFile(value);
  }
}

/** The origin of an address that is not one of `HOST`. None for other text. */
function foreignOrigin(text: string): string | undefined {
  // The library appends paths to some values, so `http:` alone would become an address.
  const address = URL.canParse(text) ? text : `${text}/x`;
  if (!URL.canParse(address)) return undefined; // the reader runs on Node 20, which has no URL.parse
  const url = new URL(address);
  if (!['http:', 'https:'].includes(url.protocol)) return undefined;
  return url.protocol === 'https:' && HOST.test(url.hostname) && !url.port ? undefined : url.origin;
}

/** The address of the `credential_source` of a file, if it has one. */
export function sourceIn(file: unknown): string | undefined {
  const url = (file as { credential_source?: { url?: unknown } } | null)?.credential_source?.url;
  return typeof url === 'string' ? url : undefined;
}
