import { onWorkload, type Route, withActAs } from './route.ts';

const create = withActAs(
  'https://cloud.google.com/compute/docs/access/create-enable-service-accounts-for-instances',
);
const change = withActAs('https://cloud.google.com/compute/docs/instances/change-service-account');
const group = withActAs(
  'https://cloud.google.com/compute/docs/instance-templates/create-instance-templates',
);
const metadata = withActAs('https://cloud.google.com/compute/docs/connect/add-ssh-keys');
const osLogin = withActAs('https://cloud.google.com/compute/docs/oslogin/set-up-oslogin');
const access = withActAs('https://cloud.google.com/compute/docs/access/iam');
const attach = withActAs('https://cloud.google.com/iam/docs/attach-service-accounts');
const manager = onWorkload(
  'instance',
  'https://cloud.google.com/compute/vm-manager/docs/patch/create-patch-job',
);
/** The agent of VM Manager must run on the instance. */
const AGENT = { uncertain: true } as const;

/** Needs an instance that runs as the account. */
const onInstance = (route: Route): Route => ({ ...route, needs: 'instance' });

/** Machines and their metadata. */
export const COMPUTE: readonly Route[] = [
  create('instance-create', 'a new instance', [
    'compute.instances.create',
    'compute.instances.setServiceAccount',
    'compute.disks.create',
  ]),
  change('instance-set-account', 'another account for an instance', [
    'compute.instances.setServiceAccount',
    'compute.instances.start',
  ]),
  group('instance-group-create', 'a new group of instances', [
    'compute.instanceGroupManagers.create',
    'compute.instanceTemplates.create',
  ]),
  group('instance-group-update', 'another template for a group of instances', [
    'compute.instanceGroupManagers.update',
    'compute.instanceTemplates.create',
  ]),
  onInstance(
    metadata('instance-metadata', 'the metadata of an instance', ['compute.instances.setMetadata']),
  ),
  onWorkload('instance', 'https://cloud.google.com/compute/docs/connect/add-ssh-keys')(
    'project-metadata',
    'SSH keys in the metadata of the project',
    ['compute.projects.setCommonInstanceMetadata'],
  ),
  onInstance(osLogin('instance-os-login', 'a login', ['compute.instances.osLogin'])),
  onInstance(
    osLogin('instance-os-admin-login', 'a login as root', ['compute.instances.osAdminLogin']),
  ),
  onInstance(
    access('instance-policy', 'the policy of an instance', ['compute.instances.setIamPolicy']),
  ),
  manager('instance-patch-job', 'a patch job', ['osconfig.patchJobs.exec'], AGENT),
  manager(
    'instance-patch-deployment',
    'a patch deployment',
    ['osconfig.patchDeployments.create'],
    AGENT,
  ),
  manager(
    'instance-os-policy',
    'an OS policy assignment',
    ['osconfig.osPolicyAssignments.create'],
    AGENT,
  ),
  manager('instance-guest-policy', 'a guest policy', ['osconfig.guestPolicies.create'], AGENT),
  attach('tpu-create', 'a new TPU', ['tpu.nodes.create']),
  withActAs('https://cloud.google.com/batch/docs/create-run-job-custom-service-account')(
    'batch-job',
    'a job of Batch',
    ['batch.jobs.create'],
  ),
  withActAs('https://cloud.google.com/workstations/docs/create-configuration')(
    'workstation-create',
    'a new workstation',
    ['workstations.workstationConfigs.create', 'workstations.workstations.create'],
  ),
  withActAs('https://cloud.google.com/workstations/docs/customize-configurations')(
    'workstation-update',
    'a change of a configuration of workstations',
    ['workstations.workstationConfigs.update'],
  ),
  withActAs('https://cloud.google.com/migrate/virtual-machines/docs/5.0/discover/target-project')(
    'migration-clone',
    'a clone of a migrated machine',
    ['vmmigration.cloneJobs.create'],
  ),
];
