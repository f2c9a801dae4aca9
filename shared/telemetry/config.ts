import { z } from 'zod';
import { isLoopbackHost, isLoopbackUrl } from '../domain/basics/loopback.ts';
import { type ObjectLocation, parseObjectLocation } from '../domain/basics/object-location.ts';

const DEBUG_VARIABLE = z
  .literal('', { error: 'prints requests to Google and their credentials: unset it' })
  .optional();

const UNSET = z.undefined({ error: 'is for your own machine: unset it on Cloud Run' }).optional();

const objectUrl = (example: string) =>
  z.string().transform((url, context): ObjectLocation => {
    const location = url.endsWith('/') ? undefined : parseObjectLocation(url);
    if (location) return location;
    context.addIssue({ code: 'custom', message: `write gs://bucket/object, such as ${example}` });
    return z.NEVER;
  });

/** @param onCloudRun whether `K_SERVICE` is set. Only Cloud Run sets it. */
const envSchema = (onCloudRun: boolean) =>
  z.object({
    /** The published chain file. */
    HOPMINT_CHAINS: objectUrl('gs://acme-ops-hopmint-chains/chains.jsonl'),
    /** The project of our topics. */
    HOPMINT_PROJECT: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, {
      error: 'write the ID of the project with the topics hopmint-tick, -mint and -failed',
    }),
    /** Unset: Google. Set: a local cloud, which must be on this machine, because every credential goes there. */
    HOPMINT_CLOUD: onCloudRun
      ? UNSET
      : z
          .string()
          .refine(isLoopbackUrl, {
            error: 'write a loopback address, such as http://127.0.0.1:8787',
          })
          .optional(),
    /** The audit keeps the open findings in this object, and its reports next to it. Unset: each run reports every open finding. */
    HOPMINT_STATE: objectUrl('gs://acme-hopmint/audit/state.json').optional(),
    /** Google's own variable, for Google's own emulator, which gets no credential. */
    PUBSUB_EMULATOR_HOST: onCloudRun
      ? UNSET
      : z
          .string()
          .refine(isLoopbackHost, {
            error: 'write a loopback host and port, such as 127.0.0.1:8085',
          })
          .optional(),
    /** Set: `mint` publishes each rotation to `hopmint-rotated`. */
    HOPMINT_ROTATED: z
      .literal('1', { error: 'write 1 to publish each rotation to hopmint-rotated, or unset it' })
      .optional(),
    GOOGLE_SDK_NODE_LOGGING: DEBUG_VARIABLE,
    NODE_DEBUG: DEBUG_VARIABLE,
    NODE_TLS_REJECT_UNAUTHORIZED: z
      .string()
      .refine((value) => value !== '0', {
        error: 'sends credentials to any server that says it is Google: unset it',
      })
      .optional(),
  });

export type Config = {
  readonly chains: ObjectLocation;
  readonly project: string;
  /** An object of Cloud Storage. */
  readonly state: ObjectLocation | undefined;
  /** Whether `mint` publishes each rotation to `hopmint-rotated`. */
  readonly publishesRotations: boolean;
  readonly cloudUrl: string | undefined;
  readonly pubsubEmulatorHost: string | undefined;
};

/** @throws {Error} names every variable that is missing or wrong, not only the first */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = envSchema(Boolean(env.K_SERVICE)).safeParse(env);
  if (!parsed.success) throw new Error(`bad configuration:\n${z.prettifyError(parsed.error)}`);
  return {
    chains: parsed.data.HOPMINT_CHAINS,
    state: parsed.data.HOPMINT_STATE,
    publishesRotations: parsed.data.HOPMINT_ROTATED !== undefined,
    project: parsed.data.HOPMINT_PROJECT,
    cloudUrl: parsed.data.HOPMINT_CLOUD,
    pubsubEmulatorHost: parsed.data.PUBSUB_EMULATOR_HOST,
  };
}
