import { Crc32c } from '@aws-crypto/crc32c';
import { z } from 'zod';
import type { Secret, Secrets } from '../cloud.ts';
import type { Token } from '../domain/credential.ts';
import type { Failure } from '../domain/failure.ts';
import { annotationsOf, LABEL } from '../domain/ledger.ts';
import { err, ok, type Result } from '../domain/result.ts';
import { codeOf, failureOf } from './failures.ts';
import type { Hosts, Http } from './http.ts';
import { retrying } from './retry.ts';
import { WIRE, type Wire } from './wire.ts';

/** One list call gives this many secrets: a tick costs one call for each project. */
export const PAGE_SIZE = 25_000;

const strings = z.record(z.string(), z.string()).default({});
const SecretBody = z.object({
  name: z.string(),
  etag: z.string().default(''),
  labels: strings,
  annotations: strings,
  versionAliases: z.record(z.string(), z.coerce.number().int()).default({}), // int64: a string on the wire
});
const SecretList = z.object({
  secrets: z.array(SecretBody).default([]),
  nextPageToken: z.string().default(''),
});
const VersionBody = z.object({
  name: z.string().transform((name) => Number(name.split('/').at(-1))),
  clientSpecifiedPayloadChecksum: z.boolean().default(false),
});

const crc32c = (data: Buffer): number => new Crc32c().update(data).digest();

/** Secret Manager. Nothing but a read is ever tried again. */
export function secretsOf(http: Http, hosts: Hosts, wire: Wire = WIRE): Secrets {
  const base = `${hosts.secretmanager}/v1`;

  /** One call, its answer read or its failure rebuilt. */
  async function call<T>(
    what: string,
    request: Omit<Parameters<Http>[0], 'url'> & { readonly path: string },
    schema: z.ZodType<T>,
  ): Promise<Result<T, Failure>> {
    const { path, ...rest } = request;
    const answer = await http({ ...rest, url: `${base}/${path}` });
    if (answer.status === 200) {
      const parsed = schema.safeParse(answer.body);
      if (parsed.success) return ok(parsed.data);
      return err({ reason: 'secret-refused', detail: `${what}: the answer is not as documented` });
    }
    if (rest.signal.aborted) return err({ reason: 'deadline', detail: `${what}: out of time` });
    const failure = failureOf(answer, {
      what,
      denied: 'secret-denied',
      missing: 'secret-missing',
      refused: 'secret-refused',
    });
    const code = codeOf(answer.body);
    const isStale = code === 'FAILED_PRECONDITION' || code === 'ABORTED';
    return err(isStale ? { ...failure, reason: 'etag-stale' } : failure);
  }

  return {
    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/get */
    secret: (name, signal, newEnough = () => true) =>
      retrying(
        async () => {
          const got = await call('secrets.get', { method: 'GET', path: name, signal }, SecretBody);
          if (!got.ok) return got;
          // As the chain file writes it: Google answers with the project's number in its place.
          const secret = { ...got.value, name };
          if (newEnough(secret)) return ok(secret);
          return err({
            reason: 'cloud-busy',
            detail: 'secrets.get: Google answers what was before',
          });
        },
        signal,
        wire,
      ),

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/list */
    secretsIn: async (project, signal) => {
      const secrets: Secret[] = [];
      let pageToken = '';
      do {
        const query = new URLSearchParams({
          filter: `labels.${LABEL.key}=${LABEL.value}`,
          pageSize: String(PAGE_SIZE),
          ...(pageToken && { pageToken }),
        });
        const path = `projects/${project}/secrets?${query}`;
        const page = await retrying(
          () => call('secrets.list', { method: 'GET', path, signal }, SecretList),
          signal,
          wire,
        );
        if (!page.ok) return page;
        for (const secret of page.value.secrets) {
          const id = secret.name.split('/').at(-1);
          secrets.push({ ...secret, name: `projects/${project}/secrets/${id}` });
        }
        pageToken = page.value.nextPageToken;
      } while (pageToken);
      return ok(secrets);
    },

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/addVersion */
    addVersion: async (secret, payload: Token, signal) => {
      const data = Buffer.from(payload.reveal(), 'utf8');
      const body = { payload: { data: data.toString('base64'), dataCrc32c: `${crc32c(data)}` } };
      const path = `${secret}:addVersion`;
      const request = { method: 'POST', path, body, signal } as const;
      const added = await call('secrets.addVersion', request, VersionBody);
      if (!added.ok) return added;
      const { name: number, clientSpecifiedPayloadChecksum } = added.value;
      return clientSpecifiedPayloadChecksum && Number.isSafeInteger(number) && number > 0
        ? ok(number)
        : err({ reason: 'secret-refused', detail: 'secrets.addVersion did not check the CRC32C' });
    },

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets.versions/destroy */
    destroyVersion: async (secret, version, signal) => {
      const path = `${secret}/versions/${version}:destroy`;
      const request = { method: 'POST', path, body: {}, signal } as const;
      const destroyed = await call('versions.destroy', request, z.unknown());
      if (destroyed.ok) return ok(undefined);
      // Destroyed already answers FAILED_PRECONDITION, and a version that is not there needs no destruction.
      const { reason } = destroyed.error;
      return reason === 'etag-stale' || reason === 'secret-missing' ? ok(undefined) : destroyed;
    },

    /** @see https://cloud.google.com/secret-manager/docs/reference/rest/v1/projects.secrets/patch */
    commit: async (secret, ledger, signal) => {
      const { name, etag, annotations, versionAliases } = secret;
      const aliases = {
        ...versionAliases,
        current: ledger.current,
        ...(ledger.previous > 0 && { previous: ledger.previous }),
      };
      const body = {
        etag,
        annotations: { ...annotations, ...annotationsOf(ledger) },
        versionAliases: Object.fromEntries(
          Object.entries(aliases).map(([alias, version]) => [alias, String(version)]),
        ),
      };
      const path = `${name}?updateMask=annotations,versionAliases`;
      const patched = await call(
        'secrets.patch',
        { method: 'PATCH', path, body, signal },
        z.unknown(),
      );
      return patched.ok ? ok(undefined) : patched;
    },
  };
}
