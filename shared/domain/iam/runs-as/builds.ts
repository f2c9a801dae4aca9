import { type Route, withActAs } from './route.ts';

const build = withActAs(
  'https://cloud.google.com/build/docs/securing-builds/configure-user-specified-service-accounts',
);
const infrastructure = withActAs(
  'https://cloud.google.com/infrastructure-manager/docs/configure-service-account',
);
const deploy = withActAs('https://cloud.google.com/deploy/docs/cloud-deploy-service-account');

/** An account of Google that does the work for the project. No `actAs` is needed to use it. */
const agent = (
  name: string,
  by: string,
  permission: string,
  who: NonNullable<Route['agent']>,
  source: string,
): Route => ({
  name,
  by,
  permissions: [permission],
  actAs: false,
  needs: 'agent',
  agent: who,
  source,
  fix: 'Remove the grant of the agent, or remove the member from the role in the project.',
});
const DEPLOYMENT_MANAGER =
  'https://cloud.google.com/deployment-manager/docs/access-control#access_control_for_deployment_manager';

/** Builds and deployments. */
export const BUILDS: readonly Route[] = [
  build('build-create', 'a new build', ['cloudbuild.builds.create']),
  build('build-trigger-update', 'a change of a build trigger', ['cloudbuild.builds.update']),
  agent(
    'build-agent',
    'a new build',
    'cloudbuild.builds.create',
    'cloudbuild',
    'https://cloud.google.com/build/docs/cloud-build-service-account',
  ),
  ...['create', 'update', 'setIamPolicy'].map((verb) =>
    agent(
      `deployment-manager-${verb.replace('setIamPolicy', 'policy')}`,
      'a deployment of Deployment Manager',
      `deploymentmanager.deployments.${verb}`,
      'cloudservices',
      DEPLOYMENT_MANAGER,
    ),
  ),
  infrastructure('infrastructure-create', 'a new deployment of Infrastructure Manager', [
    'config.deployments.create',
  ]),
  infrastructure('infrastructure-update', 'a change of an Infrastructure Manager deployment', [
    'config.deployments.update',
  ]),
  infrastructure('infrastructure-preview', 'a preview of Infrastructure Manager', [
    'config.previews.create',
  ]),
  deploy('deploy-release', 'a release of Cloud Deploy', ['clouddeploy.releases.create']),
  deploy('deploy-automation', 'an automation of Cloud Deploy', ['clouddeploy.automations.create']),
];
