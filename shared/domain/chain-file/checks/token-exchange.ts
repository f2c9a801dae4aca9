/**
 * Signatures that are credentials. The holder of such a signature can exchange it for an access token of the target or, with another
 * `sub`, of a Workspace user. So a signing kind can stand for every kind.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account
 */

/** Global, mTLS (`oauth2.mtls.`) and regional (`oauth2.europe-west1.rep.`) hosts. */
const TOKEN_HOST = /^(?:oauth2|sts)\.(?:mtls\.|[a-z0-9-]+\.rep\.(?:mtls\.)?)?googleapis\.com$/;
const OLD_TOKEN_HOST = /^(?:www|accounts)\.(?:mtls\.)?(?:googleapis|google)\.com$/;
const OLD_TOKEN_PATH = /^\/(?:o\/)?oauth2(?:\/|$)/;

/** Whether Google exchanges a JWT with this `aud` for an access token. Every path counts on a host that only exchanges tokens. */
export function isTokenEndpoint(audience: string): boolean {
  const rest = audience.trim().replace(/^(?:[a-z][a-z0-9+.-]*:)?[\\/]*/i, '');
  const url = URL.parse(`https://${rest}`);
  if (!url) return false;
  const host = url.hostname.replace(/\.$/, '');
  if (TOKEN_HOST.test(host)) return true;
  const path = url.pathname.toLowerCase().replace(/\/{2,}/g, '/');
  return OLD_TOKEN_HOST.test(host) && OLD_TOKEN_PATH.test(path);
}

function jsonObjectOf(bytes: Buffer): object | undefined {
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Names the credential that a signature over these bytes would be; undefined if it would be none. Covers a JWS signing input, a V4 string
 * to sign, and the two older forms that Cloud Storage still accepts.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-5.1
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls-v2
 */
export function exchangeOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  if (/^GOOG4-/.test(text))
    return 'a string to sign for Cloud Storage (GOOG4): its signature makes a URL that opens an object';
  if (/^(?:GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS|RESUMABLE)\n.*\n.*\n\d+\n/.test(text)) {
    return 'a string to sign for Cloud Storage (V2): its signature makes a URL that opens an object';
  }
  // Only the header decides: by RFC 7797 the part after it may be anything.
  const [, header] = /^([A-Za-z0-9+/_=-]+)\./.exec(text) ?? [];
  if (header !== undefined && jsonObjectOf(Buffer.from(header, 'base64url'))) {
    return 'the signing input of a JWS: its signature makes a JWT';
  }
  const policy = /^[A-Za-z0-9+/=\s]+$/.test(text) && jsonObjectOf(Buffer.from(text, 'base64'));
  if (policy && 'conditions' in policy) {
    return 'a policy document for Cloud Storage: its signature lets anyone upload';
  }
  return undefined;
}
