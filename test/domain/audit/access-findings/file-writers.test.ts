import { CREATOR, role } from '../../iam/snapshots.ts';
import {
  DEPLOYER,
  DEPLOYER_POLICY,
  deployer,
  expectFindings,
  type FindingRow,
  grant,
  others,
  report,
  user,
  withBindings,
} from '../audit-world.ts';

const BUCKET = 'projects/_/buckets/acme-ops-chains';
const FILE = 'gs://acme-ops-chains/chains.jsonl';
const ADMIN = role('roles/storage.admin', [
  'storage.objects.create',
  'storage.objects.delete',
  'storage.buckets.setIamPolicy',
]);
const WRITER = role('roles/storage.legacyBucketWriter', [
  'storage.objects.create',
  'storage.objects.delete',
]);
const CREATES = role('roles/storage.objectCreator', ['storage.objects.create']);
const SETS = role('roles/setter', ['storage.buckets.setIamPolicy']);
const CHANGES = role('roles/changer', ['storage.buckets.update']);
const roles = [ADMIN, WRITER, CREATES, SETS, CHANGES];
const on = (bindings: Parameters<typeof withBindings>[0], parts = {}) =>
  withBindings(bindings, {
    bucketProjects: { 'acme-ops-chains': 'projects/acme-ops' },
    roles,
    ...parts,
  });
const edit = { publishTo: FILE };
const eve = (severity: string) => [severity, 'file-writers', 'minter', 'user:eve'];

describe('a writer of the published chain file', () => {
  const cases: FindingRow[] = [
    {
      title: 'is reported on the bucket',
      parts: on({ [BUCKET]: [grant(user, ADMIN.name)] }),
      edit,
      findings: [eve('high')],
    },
    ...[
      { name: `${BUCKET}/objects/chains.jsonl`, type: 'Object', findings: [eve('high')] },
      { name: `${BUCKET}/objects/other`, type: 'Object', findings: [] },
      { name: BUCKET, type: 'Bucket', findings: [] },
    ].map(({ name, type, findings }) => ({
      title: `is ${findings.length > 0 ? 'certain' : 'absent'} if the condition is for the ${type} ${name}`,
      parts: on({
        'projects/acme-ops': [
          grant(
            user,
            WRITER.name,
            `resource.type == "storage.googleapis.com/${type}" && resource.name == "${name}"`,
          ),
        ],
      }),
      edit,
      findings,
    })),
    {
      title: 'is reported above the bucket',
      parts: on({ 'organizations/91': [grant(user, ADMIN.name)] }),
      edit,
      findings: [eve('high')],
    },
    {
      title: 'is not reported above another project',
      parts: on({ 'projects/acme-data': [grant(user, ADMIN.name)] }),
      edit,
      findings: [],
    },
    {
      title: 'is not reported if no file is published',
      parts: on({ 'projects/acme-ops': [grant(user, ADMIN.name)] }),
      findings: [],
    },
    {
      title: 'is reported if it may change the policy of the bucket',
      parts: on({ [BUCKET]: [grant(user, SETS.name)] }),
      edit,
      findings: [eve('high')],
    },
    {
      title: 'is reported if it may change the policies of all buckets of the project',
      parts: on({ 'projects/acme-ops': [grant(user, SETS.name)] }),
      edit,
      findings: [eve('medium')],
    },
    {
      title: 'is reported as low if it may change the bucket',
      parts: on({ [BUCKET]: [grant(user, CHANGES.name)] }),
      edit,
      findings: [eve('low')],
    },
    {
      title: 'is reported as low if it may create objects, but not replace one',
      parts: on({ [BUCKET]: [grant(user, CREATES.name)] }),
      edit,
      findings: [eve('low')],
    },
    {
      title: 'is not reported if it is each owner or editor of the project, as in a new bucket',
      parts: on({
        [BUCKET]: [
          { role: WRITER.name, members: ['projectOwner:acme-ops', 'projectEditor:acme-ops'] },
        ],
      }),
      edit,
      findings: [],
    },
    {
      title: 'is reported if it is each owner of another project',
      parts: on({ [BUCKET]: [grant('projectOwner:acme-data', WRITER.name)] }),
      edit,
      findings: [['high', 'file-writers', 'minter', 'projectOwner:acme-data']],
    },
    {
      title: 'is not reported if the chain file declares it',
      parts: on({ [BUCKET]: [grant(user, WRITER.name)] }),
      edit: { ...edit, publishers: ['user:Eve@acme.com'] },
      findings: [],
    },
    {
      title: 'is reported, although it is declared, if it may change the policy of the bucket',
      parts: on({ [BUCKET]: [grant(user, ADMIN.name)] }),
      edit: { ...edit, publishers: [user] },
      findings: [eve('high')],
    },
    {
      title: 'is not reported if it may impersonate the caller by an exception',
      parts: on({ [BUCKET]: [grant(user, ADMIN.name)] }),
      edit: {
        ...edit,
        exceptions: [
          {
            account: { email: 'minter@acme-ops.iam.gserviceaccount.com' },
            member: user,
            reason: 'r',
            owner: 'o',
            expires: new Date('2030-01-01'),
          },
        ],
      },
      findings: [],
    },
    {
      title: 'can be a member that can become a declared writer',
      parts: on(
        {
          [BUCKET]: [grant(deployer, WRITER.name)],
          [DEPLOYER_POLICY]: [grant(user, CREATOR)],
        },
        { accounts: { [DEPLOYER]: others[DEPLOYER] } },
      ),
      edit: { ...edit, publishers: [deployer] },
      findings: [['high', 'unexpected-impersonator', 'minter', 'user:eve']],
    },
    {
      title: 'can be an owner or manager of a group that the chain file declares',
      parts: on(
        { [BUCKET]: [grant('group:publishers@acme.com', WRITER.name)] },
        {
          groups: {
            'publishers@acme.com': {
              members: ['user:ada@acme.com'],
              administrators: [user],
              isComplete: true,
            },
          },
        },
      ),
      edit: { ...edit, publishers: ['group:publishers@acme.com'] },
      findings: [['high', 'escalation', 'minter', 'user:eve']],
    },
  ];
  it.each(cases)('$title', expectFindings);

  it('is reported with a command that removes it', () => {
    const [finding] = report(on({ [BUCKET]: [grant(user, WRITER.name)] }), edit).findings;
    expect(finding?.evidence.summary).toBe(`user:eve@acme.com can write ${FILE}`);
    expect(finding?.fix?.gcloud).toBe(
      'gcloud storage buckets remove-iam-policy-binding gs://acme-ops-chains --member=user:eve@acme.com --role=roles/storage.legacyBucketWriter --condition=None',
    );
  });

  it('can get every credential', () => {
    const { chains } = report(on({ [BUCKET]: [grant(user, WRITER.name)] }), edit);
    expect(chains[0]?.reach).toEqual([
      {
        member: user,
        steps: [
          {
            who: user,
            permission: 'storage.objects.delete',
            on: FILE,
            resource: BUCKET,
            role: WRITER.name,
          },
        ],
      },
    ]);
  });
});
