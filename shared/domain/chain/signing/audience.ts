/** The host and path that an audience names. */
export type Audience = { readonly host: string; readonly path: string };

/** Matches any scheme or none, then any number of `/` or `\`. */
const BEFORE_THE_HOST = /^(?:[a-z][a-z0-9+.-]*:)?[\\/]*/i;

function audienceOf(text: string): Audience | undefined {
  const url = URL.parse(`https://${text.trim().replace(BEFORE_THE_HOST, '')}`);
  if (!url) return undefined;
  return { host: url.hostname.replace(/\.+$/, ''), path: pathOf(url.pathname) };
}

/** In lower case, with single slashes. An escape that is not UTF-8 remains. */
function pathOf(path: string): string {
  const decoded = path.replace(/%[0-7][0-9a-f]/gi, decodeURIComponent);
  return decoded.toLowerCase().replace(/[\\/]+/g, '/');
}

/**
 * What an audience names, however it is spelt: scheme, port, userinfo, case, escapes and final dot do not count. A text that contains spaces or
 * commas may also be a list.
 *
 * @see https://url.spec.whatwg.org/#host-parsing
 */
export const audiencesIn = (text: string): Audience[] =>
  [text, ...text.split(/[\s,]+/)].flatMap((one) => audienceOf(one) ?? []);

const GOOGLE_API = /^(?:(?<name>.+)\.)?googleapis\.com$/;

/**
 * Whether a host is the API `service` of Google: `iam.googleapis.com`, `iam.mtls.`, `iam.europe-west1.rep.`, `europe-west1-iam.`, `staging-iam.sandbox.` and
 * `iam-ENDPOINT.p.`
 *
 * @see https://google.aip.dev/auth/4114
 * @see https://cloud.google.com/vpc/docs/about-accessing-google-apis-endpoints
 */
export function isService(host: string, service: string): boolean {
  const labels = GOOGLE_API.exec(host)?.groups?.name?.split('.') ?? [];
  return labels.some((label) => `-${label}-`.includes(`-${service}-`));
}

/** Whether a host is `host` or its mTLS form: `www.mtls.googleapis.com` for `www.googleapis.com`. */
export const isHost = (one: string, host: string): boolean => one.replace('.mtls.', '.') === host;

export const isGoogleApi = ({ host }: Audience): boolean => GOOGLE_API.test(host);
