import { account, CREATOR, READER, READER_POLICY, RELAY, role } from '../../iam/snapshots.ts';
import {
  grant,
  needed,
  type Parts,
  RELAY_POLICY,
  relay,
  report,
  user,
  withGrants,
} from '../audit-world.ts';

const DELETED = { ...role('projects/acme-ops/roles/gone', []), state: 'deleted' as const };

describe('the fix of a finding', () => {
  const fixOf = (parts: Parts) => report(parts).findings[0]?.fix;

  it('grants a missing hop on the account itself', () => {
    expect(fixOf({ bindings: { ...needed, [READER_POLICY]: [] } })).toEqual({
      gcloud: `gcloud iam service-accounts add-iam-policy-binding ${READER} --member=serviceAccount:${RELAY} --role=${CREATOR} --condition=None --project=acme-data`,
      terraform: [
        'resource "google_service_account_iam_member" "relay_on_reader" {',
        `  service_account_id = "projects/acme-data/serviceAccounts/${READER}"`,
        `  role               = "${CREATOR}"`,
        `  member             = "serviceAccount:${RELAY}"`,
        '}',
      ].join('\n'),
    });
  });

  it('removes only the member that can impersonate', () => {
    expect(fixOf(withGrants(READER_POLICY, grant(user)))?.gcloud).toBe(
      `gcloud iam service-accounts remove-iam-policy-binding ${READER} --member=user:eve@acme.com --role=${CREATOR} --condition=None --project=acme-data`,
    );
  });

  it('names the whole condition of the binding', () => {
    const condition = {
      title: "it's",
      expression: 'request.time < timestamp("2030-01-01T00:00:00Z") || true',
    };
    expect(fixOf(withGrants('folders/82', { ...grant(user), condition }))?.gcloud).toBe(
      "gcloud resource-manager folders remove-iam-policy-binding 82 --member=user:eve@acme.com --role=roles/iam.serviceAccountTokenCreator --condition='expression=request.time < timestamp(\"2030-01-01T00:00:00Z\") || true,title=it'\\''s'",
    );
  });

  it('first grants a hop that depends on the binding', () => {
    const bindings = {
      [RELAY_POLICY]: needed[RELAY_POLICY] ?? [],
      'organizations/91': [grant(relay)],
    };
    expect(fixOf({ bindings })?.gcloud.split(' && ')).toEqual([
      expect.stringMatching(/add-iam-policy-binding reader@/),
      expect.stringMatching(/^gcloud organizations remove-iam-policy-binding 91 /),
    ]);
  });

  it.each([
    {
      title: 'is absent if its policy has a binding with a deleted role: Google refuses a change',
      resource: READER_POLICY,
    },
    { title: 'is there if another policy has such a binding', resource: RELAY_POLICY },
  ])('$title', ({ resource }) => {
    const parts = withGrants(READER_POLICY, grant(user));
    const more = grant('user:zoe@acme.com', DELETED.name);
    const bindings = {
      ...parts.bindings,
      [resource]: [...(parts.bindings?.[resource] ?? []), more],
    };
    const fix = fixOf({ bindings, roles: [DELETED] });
    expect(fix === undefined).toBe(resource === READER_POLICY);
  });

  it('enables a disabled account', () => {
    const parts = { bindings: needed, accounts: { [RELAY]: account(RELAY, '2', true) } };
    expect(fixOf(parts)?.gcloud).toBe(
      `gcloud iam service-accounts enable ${RELAY} --project=acme-ops`,
    );
  });

  it('creates a missing account', () => {
    expect(fixOf({ bindings: needed, accounts: { [READER]: 'missing' } })?.gcloud).toBe(
      'gcloud iam service-accounts create reader --project=acme-data',
    );
  });
});
