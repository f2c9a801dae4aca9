import { createServer, type IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

const Service = z.looseObject({
  metadata: z.looseObject({ name: z.string(), generation: z.number().default(0) }),
  spec: z.unknown(),
});
export type Service = z.output<typeof Service>;

/** A build as gcloud sends it. */
const Build = z.looseObject({
  serviceAccount: z.string().optional(),
  images: z.array(z.string()).optional(),
  source: z
    .looseObject({ storageSource: z.looseObject({ bucket: z.string(), object: z.string() }) })
    .optional(),
});
export type Build = z.output<typeof Build>;

/**
 * A proxy that takes the place of Cloud Build, Cloud Run and Cloud Storage for gcloud. It records builds and uploaded files, and stores services
 * as gcloud sends them, without checking them. A build ends at once.
 */
export type Recorder = {
  /** The environment in which gcloud sends all requests to the recorder. */
  readonly env: Readonly<Record<string, string>>;
  readonly builds: Build[];
  /** The uploaded files, by bucket and object. */
  readonly objects: Map<string, Buffer>;
  /** The stored services, by name. */
  readonly services: Map<string, Service>;
  readonly requests: string[];
  close(): Promise<void>;
};

const READY = ['Ready', 'ConfigurationsReady', 'RoutesReady'];

/** The digest of the image that every build of an image makes. */
export const BUILT = `sha256:${'5a'.repeat(32)}`;

/** @param statusOf how a build ends */
export async function startRecorder(
  services: readonly Service[],
  statusOf: (build: Build) => 'SUCCESS' | 'FAILURE' = () => 'SUCCESS',
): Promise<Recorder> {
  const stored = new Map(services.map((service) => [service.metadata.name, service]));
  const builds: Build[] = [];
  const objects = new Map<string, Buffer>();
  const requests: string[] = [];

  async function responseTo(request: IncomingMessage): Promise<object | undefined> {
    const { pathname, searchParams } = new URL(request.url ?? '');
    const [, name] = /\/services\/([^/]+)$/.exec(pathname) ?? [];
    const before = stored.get(name ?? '');
    if (before && request.method === 'GET') return withStatus(before);
    if (before && request.method === 'PUT') {
      const { status: _, ...sent } = Service.parse(JSON.parse((await bodyOf(request)).toString()));
      const metadata = { ...sent.metadata, generation: before.metadata.generation + 1 };
      const after = { ...sent, metadata };
      stored.set(metadata.name, after);
      return withStatus(after, 'Unknown');
    }
    const [, operation] = /\/operations\/([^/]+):wait$/.exec(pathname) ?? [];
    const changed = stored.get(operation ?? '');
    if (changed)
      return { name: `operations/${operation}`, done: true, response: withStatus(changed) };
    if (pathname.endsWith('/builds') && request.method === 'POST') {
      const id = String(builds.push(Build.parse(JSON.parse((await bodyOf(request)).toString()))));
      return { name: `operations/build/${id}`, metadata: { build: endedBuild(id) } };
    }
    const [, build] = /\/builds\/(\d+)$/.exec(pathname) ?? [];
    if (build !== undefined) return endedBuild(build);
    const [, isUpload, bucket] = /^(\/upload)?\/storage\/v1\/b\/([^/]+)/.exec(pathname) ?? [];
    if (bucket === undefined) return undefined;
    if (isUpload === undefined) return { name: bucket };
    const object = searchParams.get('name') ?? '';
    const content = contentOf(await bodyOf(request));
    objects.set(`${bucket}/${object}`, content);
    return { bucket, name: object, generation: '1', size: String(content.length) };
  }

  function endedBuild(id: string): object {
    const build = builds[Number(id) - 1];
    if (!build) return {};
    return {
      ...build,
      id,
      projectId: 'acme-ops',
      name: `projects/acme-ops/locations/l/builds/${id}`,
      status: statusOf(build),
      results: { images: (build.images ?? []).map((name) => ({ name, digest: BUILT })) },
    };
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
      CLOUDSDK_API_ENDPOINT_OVERRIDES_STORAGE: 'http://storage.test/storage/v1/',
      CLOUDSDK_PROXY_TYPE: 'http_no_tunnel',
      CLOUDSDK_PROXY_ADDRESS: '127.0.0.1',
      CLOUDSDK_PROXY_PORT: String(port),
      CLOUDSDK_CORE_DISABLE_PROMPTS: '1',
    },
    builds,
    objects,
    services: stored,
    requests,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
}

/** Cloud Run names the operation that makes a change in an annotation. */
const withStatus = (service: Service, status = 'True') => ({
  ...service,
  metadata: {
    ...service.metadata,
    annotations: {
      ...(service.metadata.annotations as object | undefined),
      'run.googleapis.com/operation-id': service.metadata.name,
    },
  },
  status: {
    observedGeneration: service.metadata.generation,
    conditions: READY.map((type) => ({ type, status })),
    url: `https://${service.metadata.name}.example.run.app`,
    latestReadyRevisionName: `${service.metadata.name}-${service.metadata.generation}`,
    latestCreatedRevisionName: `${service.metadata.name}-${service.metadata.generation}`,
    traffic: [{ percent: 100, latestRevision: true }],
  },
});

/** The second part of a multipart upload. The first one is metadata. */
function contentOf(body: Buffer): Buffer {
  const text = body.toString('latin1');
  const boundary = text.slice(0, text.indexOf('\n')).trim();
  const [, , part = ''] = text.split(boundary);
  const content = part.replace(/^[\s\S]*?\r?\n\r?\n/, '').replace(/\r?\n$/, '');
  return Buffer.from(content, 'latin1');
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
