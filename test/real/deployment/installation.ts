import {
  accountsOf,
  deploymentOf,
  OPERATOR,
} from '../../../cli/commands/start/deployed/deployment.ts';
import { runServicesOf } from '../../../cli/commands/start/deployed/infrastructure.ts';
import { type Functions, startFunctions } from '../../../cli/commands/start/functions.ts';
import { localClient } from '../../../cli/commands/start/local-client.ts';
import { messagesAt } from '../../../cli/commands/start/messages.ts';
import { ledgersIn } from '../../../cli/commands/start/world.ts';
import { parseChainFiles } from '../../../shared/domain/chain-file/parse.ts';

/** Creates in a local cloud what deploy/terraform and deploy/build create at Google. */
export type Installation = {
  /** Creates what `terraform apply` creates: accounts, roles, topics, buckets and jobs. `./hopmint apply` creates the secrets and their grants. */
  apply(): Promise<void>;
  /** Starts the functions that the build deploys. They read the chain file from its bucket. */
  deploy(): Promise<void>;
  /** Settles when every chain has a credential. */
  rotated(): Promise<void>;
  close(): Promise<void>;
};

export function installationIn(
  url: string,
  project: string,
  chains: string,
  region: string,
): Installation {
  const cloud = localClient(url);
  const { file } = parseChainFiles([{ path: 'chains.yaml', text: chains }], new Date());
  if (!file) throw new Error('The chain file has faults.');
  const caller = `hopmint-minter@${project}.iam.gserviceaccount.com`;
  const accounts = accountsOf(caller, project);
  const bucket = `${project}-hopmint-chains`;
  const messages = messagesAt(url, project, () => cloud.token(OPERATOR));
  const stop = new AbortController();
  let functions: Functions | undefined;

  async function schedule(name: string): Promise<void> {
    const parent = `projects/${project}/locations/${region}`;
    const response = await fetch(`${url}/v1/${parent}/jobs`, {
      method: 'POST',
      headers: { authorization: `Bearer ${await cloud.token('user:owner@acme.com')}` },
      body: JSON.stringify({
        name: `${parent}/jobs/${name}`,
        schedule: '0 0 1 1 *', // not during the test
        pubsubTarget: { topicName: `projects/${project}/topics/${name}`, data: 'e30=' },
      }),
    });
    if (!response.ok) throw new Error(`${name}: ${response.status} ${await response.text()}`);
  }

  return {
    async apply() {
      await cloud.seed(JSON.stringify({ accounts: [{ email: caller }] }));
      const place = { project, bucket };
      const deployment = deploymentOf(file, accounts, place, await cloud.world());
      const { secrets: _, roles, buckets, ...rest } = deployment as Deployment;
      // Google makes these grants when it creates a bucket. The local cloud does not.
      const ownGrants = ['legacyBucketOwner', 'legacyObjectOwner'].map((role) => ({
        role: `roles/storage.${role}`,
        members: [`projectEditor:${project}`, `projectOwner:${project}`],
      }));
      await cloud.seed(
        JSON.stringify({
          ...rest,
          roles: roles.filter(({ name }) => !name.endsWith('/hopmintMinter')),
          buckets: buckets.map(({ policy, ...one }) => ({
            ...one,
            policy: { bindings: [...policy.bindings.filter(isOfModule), ...ownGrants] },
          })),
        }),
      );
      await schedule('hopmint-tick');
    },
    async deploy() {
      functions = await startFunctions({
        cloud,
        accounts,
        chains: `gs://${bucket}/chains.jsonl`,
        project,
        io: {
          out: () => true,
          err: () => true,
          env: process.env,
          now: () => new Date(),
          colour: false,
          signal: stop.signal,
        },
        log: () => undefined,
      });
      const { fanout, mint, audit } = functions;
      const urls = { fanout: fanout.url, mint: mint.url, audit: audit.url };
      const { number } = (await cloud.world()).projects.find(({ id }) => id === project) ?? {};
      const services = runServicesOf({ project, number: number ?? '' }, accounts, urls);
      await cloud.seed(JSON.stringify({ accounts: [], runServices: services }));
      await messages.subscribe({ fanout: fanout.url, mint: mint.url, audit: audit.url });
    },
    async rotated() {
      const secrets = file.chains.map(({ secret }) => secret);
      for (let waited = 0; waited < 30_000; waited += 200) {
        if (ledgersIn(await cloud.world(), secrets).size === secrets.length) return;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      throw new Error('Not every chain had a credential after 30 s.');
    },
    async close() {
      stop.abort();
      await functions?.stop();
    },
  };
}

type Deployment = {
  readonly secrets: readonly object[];
  readonly roles: readonly { readonly name: string }[];
  readonly buckets: readonly { readonly policy: { readonly bindings: readonly Binding[] } }[];
};
type Binding = { readonly members: readonly string[] };

/** `npm start` also lets its operator publish. */
const isOfModule = ({ members }: Binding): boolean => !members.includes(OPERATOR);
