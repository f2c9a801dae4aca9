/**
 * What a signature of a target can be turned into a credential with. A signing kind is every kind: who holds such a signature
 * may exchange it for an access token, of the target or, with another `sub`, of a Workspace user.
 *
 * @see https://developers.google.com/identity/protocols/oauth2/service-account
 */

/** Global, mTLS (`oauth2.mtls.`) and regional (`oauth2.europe-west1.rep.`) hosts. */
const TOKEN_HOST = /^(?:oauth2|sts)\.(?:mtls\.|[a-z0-9-]+\.rep\.(?:mtls\.)?)?googleapis\.com$/;
const OLD_TOKEN_HOST = /^(?:www|accounts)\.(?:mtls\.)?(?:googleapis|google)\.com$/;
const OLD_TOKEN_PATH = /^\/(?:o\/)?oauth2(?:\/|$)/;

/** Whether Google exchanges a JWT with this `aud` for an access token. Anything on a host that does nothing else counts. */
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
 * What somebody could do with a signature over these bytes; none when it is a signature and nothing more.
 *
 * Beside a JWS signing input and a V4 string to sign: the two older forms that Cloud Storage still takes.
 *
 * @see https://www.rfc-editor.org/rfc/rfc7515#section-5.1
 * @see https://cloud.google.com/storage/docs/authentication/signatures
 * @see https://cloud.google.com/storage/docs/access-control/signed-urls-v2
 */
export function exchangeOf(bytes: Buffer): string | undefined {
  const text = bytes.toString('latin1');
  if (/^GOOG4-/.test(text))
    return 'a string to sign of Cloud Storage (GOOG4), which signed is a URL that opens an object';
  if (/^(?:GET|HEAD|PUT|POST|DELETE|PATCH|OPTIONS|RESUMABLE)\n.*\n.*\n\d+\n/.test(text)) {
    return 'a string to sign of Cloud Storage (V2), which signed is a URL that opens an object';
  }
  // By RFC 7797 what follows the header need not be base64url, so the header decides.
  const [, header] = /^([A-Za-z0-9+/_=-]+)\./.exec(text) ?? [];
  if (header !== undefined && jsonObjectOf(Buffer.from(header, 'base64url'))) {
    return 'the signing input of a JWS, which signed is a JWT';
  }
  const policy = /^[A-Za-z0-9+/=\s]+$/.test(text) && jsonObjectOf(Buffer.from(text, 'base64'));
  if (policy && 'conditions' in policy) {
    return 'a policy document of Cloud Storage, which signed lets anyone upload';
  }
  return undefined;
}
