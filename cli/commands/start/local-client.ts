import { z } from 'zod';
import { Stop } from './stop.ts';
import { World } from './world.ts';

/** A client of a running local cloud. */
export type LocalClient = {
  readonly url: string;
  world(): Promise<World>;
  /** Merges a world, in YAML or JSON. @returns warnings about it */
  seed(world: string): Promise<readonly string[]>;
  /** An access token of an account or a `user:`. It lasts for one hour. */
  token(account: string): Promise<string>;
  /** Lines that a Cloud Run service printed. */
  stdout(service: string, lines: readonly string[]): Promise<void>;
  /** The host and port of the gRPC server, and the certificate that clients must trust, as PEM. */
  grpc(): Promise<{ readonly host: string; readonly roots: string }>;
  /** The host and port of the account's own metadata server. */
  metadata(account: string): Promise<string>;
};

const ErrorBody = z.object({ error: z.object({ message: z.string() }) });
const Seeded = z.object({ warnings: z.array(z.string()) });
const Issued = z.object({ accessToken: z.string().min(1) });
const Grpc = z.object({ host: z.string().min(1), roots: z.string().min(1) });
const Metadata = z.object({ host: z.string().min(1) });

/** @throws {Stop} 2 if it is not a loopback address, because tokens go there */
export function localClient(address: string): LocalClient {
  const { protocol, hostname, origin } = URL.parse(address) ?? {};
  if (protocol !== 'http:' || !['127.0.0.1', 'localhost', '[::1]'].includes(hostname ?? '')) {
    throw new Stop(2, 'HOPMINT_CLOUD must be a loopback address, as http://127.0.0.1:8787');
  }
  const url = origin as string;

  /** @throws {Stop} 3 without an answer, 2 if the request is refused */
  async function call(method: 'GET' | 'POST', path: string, body?: string): Promise<unknown> {
    let response: Response;
    let answer: unknown;
    try {
      response = await fetch(`${url}${path}`, { method, redirect: 'error', ...(body && { body }) });
      answer = await response.json();
    } catch {
      throw new Stop(3, `no local cloud answers at ${url}`);
    }
    if (response.ok) return answer;
    const { data } = ErrorBody.safeParse(answer);
    throw new Stop(2, data?.error.message ?? `${url}${path} answered ${response.status}`);
  }

  return {
    url,
    world: async () => World.parse(await call('GET', '/_local/state')),
    seed: async (world) => Seeded.parse(await call('POST', '/_local/seed', world)).warnings,
    token: async (account) =>
      Issued.parse(await call('POST', '/_local/token', JSON.stringify({ account }))).accessToken,
    stdout: async (service, lines) => {
      await call('POST', '/_local/stdout', JSON.stringify({ service, lines }));
    },
    grpc: async () => Grpc.parse(await call('POST', '/_local/grpc', '{}')),
    metadata: async (account) =>
      Metadata.parse(await call('POST', '/_local/metadata', JSON.stringify({ account }))).host,
  };
}
