/** The host and path that an audience names. */
export type Audience = { readonly host: string; readonly path: string };

/** Matches any scheme or none, then any number of `/` or `\`. */
const BEFORE_THE_HOST = /^(?:[a-z][a-z0-9+.-]*:)?[\\/]*/i;

/** The text after its scheme, and the whole text: `oauth2.googleapis.com:443/` has a port, and looks like a scheme. */
const withoutScheme = (text: string): string[] => [text.trim().replace(BEFORE_THE_HOST, ''), text];

function audienceOf(text: string): Audience | undefined {
  const url = URL.parse(`https://${text}`);
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
  [text, ...text.split(/[\s,]+/)].flatMap(withoutScheme).flatMap((one) => audienceOf(one) ?? []);

/** Looks like an address, although it may not be one. */
const ADDRESS = /:\/\/|^(?:https?:|[\\/]{2})|%2f|%5c|googleapis|google\.com|\.goog/i;

/** Whether an audience contains an address that we cannot read. Another reader may be less strict. */
export const hasUnreadableAddress = (text: string): boolean =>
  text
    .split(/[\s,]+/)
    .some((one) => ADDRESS.test(one) && withoutScheme(one).some((two) => !audienceOf(two)));

/** Time to read an audience grows with its length. */
export const AUD_MAX_BYTES = 2048;

export const isTexts = (value: unknown): value is string | string[] =>
  [value].flat().every((one) => typeof one === 'string');

/** Whether `aud` is a text or a list of texts, and short enough to be read. */
export const isReadable = (aud: unknown): aud is string | string[] =>
  isTexts(aud) && Buffer.byteLength([aud].flat().join('\n')) <= AUD_MAX_BYTES;

/**
 * The domains of Google’s APIs, also in other universes.
 *
 * @see https://documentation.s3ns.fr/iam/docs/reference/sts/rest
 */
const GOOGLE_API = /^(?:(?<name>.+)\.)?(?:googleapis\.com|apis-[a-z0-9-]+\.goog|s3nsapis\.fr)$/;

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

export const isGoogleApi = ({ host }: Audience): boolean => GOOGLE_API.test(host);
