const LOOPBACK = ['127.0.0.1', 'localhost', '[::1]'];

/** An http address on this machine, such as `http://127.0.0.1:8787`. */
export function isLoopbackUrl(text: string): boolean {
  if (!URL.canParse(text)) return false;
  const { protocol, hostname } = new URL(text);
  return protocol === 'http:' && LOOPBACK.includes(hostname);
}

/** A host and a port on this machine, such as `127.0.0.1:8085`, as `PUBSUB_EMULATOR_HOST` names its emulator. */
export const isLoopbackHost = (text: string): boolean =>
  /^[\w.:[\]-]+$/.test(text) && isLoopbackUrl(`http://${text}`);

const PROXY = /^(?:https?|all)_proxy$/i;
/** The metadata server answers with access tokens, over http. @see https://cloud.google.com/compute/docs/metadata/overview */
const METADATA_SERVER = ['169.254.169.254', 'metadata.google.internal'];

/**
 * The variables that keep requests to this machine and to the metadata server away from a proxy. These requests use http, so a proxy would
 * read their credentials. Google's clients and the global `fetch` read the variables at each request.
 *
 * @returns nothing if `env` has no proxy
 */
export function proxyExemptions(
  env: Readonly<Record<string, string | undefined>>,
): Record<string, string> {
  if (!Object.keys(env).some((name) => PROXY.test(name))) return {};
  const given = [env.NO_PROXY, env.no_proxy].flatMap((list) => list?.split(',') ?? []);
  const hosts = [...new Set([...given, ...LOOPBACK, '::1', ...METADATA_SERVER])].join(',');
  return { NO_PROXY: hosts, no_proxy: hosts };
}
