import type { ServiceAccount } from '../../shared/domain/iam/snapshot.ts';
import { describeMinting } from './minting.ts';
import { describePolicies } from './policies.ts';
import { deadline, type Opened, type Sandbox, value } from './sandbox.ts';
import { describeSecrets } from './secrets.ts';

/** The contract that every `Cloud` fulfils. `npm test` tries it on the local cloud, and `npm run test:contract` on Google. */
export function describeCloud(name: string, open: () => Promise<Sandbox>): void {
  describe(`a Cloud (${name})`, () => {
    let sandbox: Sandbox;
    let target: ServiceAccount;
    const opened: Opened = {
      get sandbox() {
        return sandbox;
      },
      get target() {
        return target;
      },
    };
    beforeAll(async () => {
      sandbox = await open();
      const { account } = sandbox.cloud.policies;
      const found = value(await account({ email: sandbox.target }, deadline()));
      if (found === 'missing') throw new Error(`the account ${sandbox.target} does not exist`);
      target = found;
    });
    afterAll(() => sandbox?.close());

    describeMinting(opened);
    describeSecrets(opened);

    it('publishes to a topic, and fails for a topic that does not exist', async () => {
      const { publish } = sandbox.cloud.topics;
      const envelopes = [{ message: { n: 1 } }, { message: { n: 2 }, attributes: { a: 'b' } }];
      value(await publish(sandbox.topic, envelopes, deadline()));
      const nowhere = await publish(`${sandbox.topic}-nowhere`, envelopes, deadline());
      expect(nowhere).toMatchObject({ ok: false, error: { status: 404 } });
    });

    describePolicies(opened);
  });
}
