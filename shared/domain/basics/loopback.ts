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
