import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const Service = z.looseObject({
  metadata: z.looseObject({ name: z.string(), generation: z.number().default(0) }),
  spec: z.unknown(),
});
export type Service = z.output<typeof Service>;

/**
 * A proxy that takes the place of Cloud Build and Cloud Run for gcloud. It records builds, and stores services as gcloud sends them,
 * without checking them.
 */
export type Recorder = {
  /** The environment in which gcloud sends all requests to the recorder. */
  readonly env: Readonly<Record<string, string>>;
  readonly builds: unknown[];
  /** The stored services, by name. */
  readonly services: Map<string, Service>;
  readonly requests: string[];
  close(): Promise<void>;
};

const READY = ['Ready', 'ConfigurationsReady', 'RoutesReady'];

export async function startRecorder(services: readonly Service[]): Promise<Recorder> {
  const stored = new Map(services.map((service) => [service.metadata.name, service]));
  const builds: unknown[] = [];
  const requests: string[] = [];

  async function responseTo(request: IncomingMessage): Promise<object | undefined> {
    const { pathname } = new URL(request.url ?? '');
    const [, name] = /\/services\/([^/]+)$/.exec(pathname) ?? [];
    const before = stored.get(name ?? '');
    if (before && request.method === 'GET') return withStatus(before);
    if (before && request.method === 'PUT') {
      const { status: _, ...sent } = Service.parse(await bodyOf(request));
      const metadata = { ...sent.metadata, generation: before.metadata.generation + 1 };
      const after = { ...sent, metadata };
      stored.set(metadata.name, after);
      return withStatus(after);
    }
    if (pathname.endsWith('/builds') && request.method === 'POST') {
      builds.push(await bodyOf(request));
      return {
        name: 'operations/build/1',
        metadata: { build: { id: '1', name: 'projects/1/locations/l/builds/1' } },
      };
    }
    return undefined;
  }

  const server = createServer((request, response) => {
    requests.push(`${request.method} ${new URL(request.url ?? '').pathname}`);
    void responseTo(request).then((body) => {
      response.writeHead(body ? 200 : 404, { 'content-type': 'application/json' });
      response.end(JSON.stringify(body ?? { error: { code: 404, message: 'not recorded' } }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    env: {
      CLOUDSDK_API_ENDPOINT_OVERRIDES_CLOUDBUILD: 'http://cloudbuild.test/',
      CLOUDSDK_API_ENDPOINT_OVERRIDES_RUN: 'http://run.test/',
      CLOUDSDK_PROXY_TYPE: 'http_no_tunnel',
      CLOUDSDK_PROXY_ADDRESS: '127.0.0.1',
      CLOUDSDK_PROXY_PORT: String(port),
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    },
    builds,
    services: stored,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

const withStatus = (service: Service) => ({
  ...service,
  status: {
    observedGeneration: service.metadata.generation,
    conditions: READY.map((type) => ({ type, status: 'True' })),
    url: `https://${service.metadata.name}.example.run.app`,
    latestReadyRevisionName: `${service.metadata.name}-${service.metadata.generation}`,
    latestCreatedRevisionName: `${service.metadata.name}-${service.metadata.generation}`,
    traffic: [{ percent: 100, latestRevision: true }],
  },
});

async function bodyOf(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return JSON.parse(Buffer.concat(chunks).toString());
}
