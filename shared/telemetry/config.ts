import { z } from 'zod';

export const isLoopback = (text: string): boolean => {
  const url = URL.parse(text);
  return url?.protocol === 'http:' && ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
};

const Env = z
  .object({
    /** The chain file: a path, or `gs://bucket/object`. */
    HOPMINT_CHAINS: z.string().min(1),
    /** The project of our topics. */
    HOPMINT_PROJECT: z.string().regex(/^[a-z][a-z0-9-]{4,28}[a-z0-9]$/, {
      error: 'write the ID of the project that has the topics hopmint-tick, -mint and -failed',
    }),
    /** Unset: Google. Set: a local cloud, which must be on this machine, as every token that we mint goes there. */
    HOPMINT_CLOUD: z
      .string()
      .refine(isLoopback, { error: 'write a loopback address, as http://127.0.0.1:8787' })
      .optional(),
    /** Where the audit keeps what is open, with its reports beside it. Unset: each run tells all that is open. */
    HOPMINT_STATE: z
      .string()
      .regex(/^gs:\/\/[^/]+\/.*[^/]$/, {
        error: 'write gs://bucket/object, as gs://acme-hopmint/audit/state.json',
      })
      .optional(),
    /** Google's own variable, for Google's own emulator. */
    PUBSUB_EMULATOR_HOST: z.string().min(1).optional(),
    /** Set on Cloud Run, and nowhere else. */
    K_SERVICE: z.string().optional(),
  })
  .refine((env) => !(env.HOPMINT_CLOUD && env.K_SERVICE), {
    path: ['HOPMINT_CLOUD'],
    error: 'is for a machine of your own: on Cloud Run unset it',
  });

export type Config = {
  readonly chains: string;
  readonly project: string;
  /** An object of Cloud Storage. */
  readonly state: { readonly bucket: string; readonly name: string } | undefined;
  readonly cloudUrl: string | undefined;
  readonly pubsubEmulatorHost: string | undefined;
};

/** @throws {Error} naming every variable that is missing or wrong, not only the first. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): Config {
  const parsed = Env.safeParse(env);
  if (!parsed.success) throw new Error(`bad configuration:\n${z.prettifyError(parsed.error)}`);
  const [, bucket, name] = /^gs:\/\/([^/]+)\/(.+)$/.exec(parsed.data.HOPMINT_STATE ?? '') ?? [];
  return {
    state: bucket && name ? { bucket, name } : undefined,
    chains: parsed.data.HOPMINT_CHAINS,
    project: parsed.data.HOPMINT_PROJECT,
    cloudUrl: parsed.data.HOPMINT_CLOUD,
    pubsubEmulatorHost: parsed.data.PUBSUB_EMULATOR_HOST,
  };
}
