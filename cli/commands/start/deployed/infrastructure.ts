import { agentsOf } from '../../../../shared/domain/doctor/grants.ts';
import { FUNCTIONS, type FunctionName } from '../../../../shared/domain/doctor/installation.ts';
import { doctorRole } from '../../../../shared/domain/doctor/role.ts';
import { type Accounts, type Grant, withGrant } from './grants.ts';

/** Where the local cloud says that the services and the job of an installation are. */
export const REGION = 'europe-west1';

/** The accounts that no function runs as. */
export const otherAccountsOf = (project: string) => {
  const own = (name: string) => `hopmint-${name}@${project}.iam.gserviceaccount.com`;
  return {
    trigger: own('trigger'),
    check: own('check'),
    build: own('build'),
    deploy: own('deploy'),
  };
};

export const serviceOf = (project: string, name: FunctionName): string =>
  `projects/${project}/locations/${REGION}/services/hopmint-${name}`;

const account = (email: string): string => `serviceAccount:${email}`;
const resourceOf = (email: string, project: string) =>
  `projects/${project}/serviceAccounts/${email}`;

/**
 * The grants that Google and Terraform make and no function uses: those of Google's agents, of the trigger, and of the build. None is on the
 * account of a chain, so the build may not replace `mint` unless the world says so.
 */
export function infrastructureGrants(
  { project, number }: { readonly project: string; readonly number: string },
  accounts: Accounts,
): readonly Grant[] {
  const agents = agentsOf(number);
  const { trigger, deploy } = otherAccountsOf(project);
  const on = (resource: string, role: string, member: string): Grant => ({
    resource,
    role,
    member,
  });
  const own = `projects/${project}`;
  return [
    on(resourceOf(trigger, project), 'roles/iam.serviceAccountOpenIdTokenCreator', agents.pubsub),
    on(`${own}/topics/hopmint-dead`, 'roles/pubsub.publisher', agents.pubsub),
    on(own, 'roles/cloudscheduler.serviceAgent', agents.scheduler),
    on(own, 'roles/cloudbuild.serviceAgent', agents.build),
    on(own, 'roles/run.serviceAgent', agents.run),
    on(own, `${own}/roles/hopmintOperations`, account(deploy)),
    ...[accounts.fanout, accounts.audit].map((email) =>
      on(resourceOf(email, project), 'roles/iam.serviceAccountUser', account(deploy)),
    ),
    ...FUNCTIONS.flatMap((name) => [
      on(serviceOf(project, name), 'roles/run.servicesInvoker', account(trigger)),
      on(serviceOf(project, name), `${own}/roles/hopmintDeployer`, account(deploy)),
    ]),
    on(serviceOf(project, 'audit'), 'roles/run.servicesInvoker', agents.monitoring),
  ];
}

/** The grants of the person at the terminal, who deploys, ticks, and runs doctor. */
export const operatorGrants = (
  project: string,
  audited: readonly string[],
  operator: string,
): readonly Grant[] => [
  ...['roles/pubsub.editor', 'roles/cloudscheduler.admin'].map((role) => ({
    resource: `projects/${project}`,
    role,
    member: operator,
  })),
  ...audited.map((resource) => ({
    resource,
    role: `${resource}/roles/hopmintDoctor`,
    member: operator,
  })),
];

/** The role of doctor in the form of a world file. @param name `organizations/O/roles/hopmintDoctor` or `projects/P/roles/hopmintDoctor` */
export const doctorRoleNamed = (name: string): object => ({
  name,
  ...doctorRole(name.startsWith('organizations/') ? 'organization' : 'project'),
});

/** The services of the functions, in the form of a world file. Cloud Run has no image here. */
export const runServicesOf = (
  place: { readonly project: string; readonly number: string },
  accounts: Accounts,
  urls: Readonly<Record<FunctionName, string>>,
): object[] =>
  FUNCTIONS.map((name) => ({
    name: serviceOf(place.project, name),
    image: `${REGION}-docker.pkg.dev/${place.project}/hopmint/functions:local`,
    serviceAccount: accounts[name],
    ingress: name === 'audit' ? 'all' : 'internal',
    urls: [urls[name]],
    policy: infrastructureGrants(place, accounts)
      .filter(({ resource }) => resource === serviceOf(place.project, name))
      .reduce(withGrant, { bindings: [] }),
  }));
