import type { Caller, ProjectCloud } from '../project-cloud.ts';
import { openControlCloud, SECRETS } from './control-cloud.ts';

let cloud: ProjectCloud;
let owner: Caller;
let control: Caller;
beforeEach(async () => {
  ({ cloud, owner, control } = await openControlCloud());
});
afterEach(() => cloud.close());

describe('PUT /_local/settings', () => {
  it.each([
    { situation: 'a negative time', settings: { staleReadSeconds: -1 } },
    { situation: 'half a delivery', settings: { duplicateDeliveries: 0.5 } },
    { situation: 'a loss of more than all events', settings: { eventLossProbability: 1.1 } },
    { situation: 'an unknown setting', settings: { stale: 1 } },
  ])('refuses $situation', async ({ settings }) => {
    expect((await control('PUT', 'settings', settings)).status).toBe(400);
  });

  it('changes only the settings in the request', async () => {
    await control('PUT', 'settings', { propagationSeconds: 90 });
    const { body } = await control('PUT', 'settings', { staleReadSeconds: 5 });
    expect(body).toMatchObject({ propagationSeconds: 90, staleReadSeconds: 5 });
  });

  it('with `propagationSeconds` delays the effect of a new policy', async () => {
    await control('PUT', 'settings', { propagationSeconds: 90 });
    const ada = cloud.as('ada');
    await owner('POST', `${SECRETS}/billing:setIamPolicy`, {
      policy: {
        bindings: [{ role: 'roles/secretmanager.viewer', members: ['user:ada@acme.com'] }],
      },
    });
    const read = () => ada('GET', `${SECRETS}/billing`);
    expect((await read()).status).toBe(403);
    cloud.state.advance(89);
    expect((await read()).status).toBe(403);
    cloud.state.advance(1);
    expect((await read()).status).toBe(200);
  });
});
