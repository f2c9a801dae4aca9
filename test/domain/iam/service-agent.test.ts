import google from '../../../local/authorization/roles.json' with { type: 'json' };
import { isGoogleManaged, isServiceAgent } from '../../../shared/domain/iam/service-agent.ts';
import table from '../../../shared/domain/iam/service-agents.json' with { type: 'json' };

const at = (name: string, domain: string) => `${name}@${domain}.iam.gserviceaccount.com`;

describe('a service agent of Google', () => {
  const cases: { title: string; email: string; role: string; is: boolean }[] = [
    {
      title: 'is the agent of Kubernetes Engine with its role',
      email: at('service-7', 'container-engine-robot'),
      role: 'roles/container.serviceAgent',
      is: true,
    },
    {
      title: 'is the agent of Storage Transfer, which has another name',
      email: at('project-7', 'storage-transfer-service'),
      role: 'roles/storagetransfer.serviceAgent',
      is: true,
    },
    {
      title: 'is the agent of the organization',
      email: at('service-org-91', 'gcp-sa-pubsub'),
      role: 'roles/pubsub.serviceAgent',
      is: true,
    },
    {
      title: 'is the agent whose domain has another name than its role',
      email: at('service-7', 'gcp-sa-cloudoptim'),
      role: 'roles/cloudoptimization.serviceAgent',
      is: true,
    },
    {
      title: 'is one of several agents with the same role',
      email: at('service-7', 'gcp-sa-aiplatform-pie'),
      role: 'roles/aiplatform.serviceAgent',
      is: true,
    },
    {
      title: 'is the agent that manages access in the organization',
      email: at('service-org-91', 'gcp-sa-pam'),
      role: 'roles/privilegedaccessmanager.serviceAgent',
      is: true,
    },
    {
      title: 'is the account of Google APIs, which manages groups of instances',
      email: '7@cloudservices.gserviceaccount.com',
      role: 'roles/compute.instanceGroupManagerServiceAgent',
      is: true,
    },
    {
      title: 'is not the account of Google APIs with another role',
      email: '7@cloudservices.gserviceaccount.com',
      role: 'roles/owner',
      is: false,
    },
    {
      title: 'is not an agent that the table does not list',
      email: at('service-7', 'gcp-sa-mediaasset'),
      role: 'roles/mediaasset.serviceAgent',
      is: false,
    },
    {
      title: 'is not the agent of another project',
      email: at('service-8', 'container-engine-robot'),
      role: 'roles/container.serviceAgent',
      is: false,
    },
    {
      title: 'is not the agent of another organization',
      email: at('service-org-92', 'gcp-sa-pubsub'),
      role: 'roles/pubsub.serviceAgent',
      is: false,
    },
    {
      title: 'is not an agent with the role of another one',
      email: at('service-7', 'gcp-sa-pubsub'),
      role: 'roles/container.serviceAgent',
      is: false,
    },
    {
      title: 'is not an account in a project with a similar name',
      email: at('service-7', 'gcp-sa-container'),
      role: 'roles/container.serviceAgent',
      is: false,
    },
  ];
  it.each(cases)('$title', ({ email, role, is }) => {
    expect(isServiceAgent(email, role, '7', '91')).toBe(is);
  });
});

it('has the domain of each role of a service agent, or the reason why it has none', () => {
  const agentRoles = Object.keys(google.roles).filter((role) => /serviceAgent$/i.test(role));
  const unexplained = agentRoles.filter(
    (role) =>
      ![table.roles, table.elsewhere, table.rolesWithoutDomain].some((rows) => role in rows),
  );
  expect(agentRoles.length).toBeGreaterThan(100);
  expect(unexplained).toEqual([]);
});

describe('an account that Google manages', () => {
  const cases = [
    { email: at('service-7', 'container-engine-robot'), is: true },
    { email: at('service-7', 'gs-project-accounts'), is: true },
    { email: at('p7-123456', 'gcp-sa-cloud-sql'), is: true },
    { email: at('service-org-91', 'gcp-sa-logging'), is: true },
    { email: at('service-folder-81', 'gcp-sa-logging'), is: true },
    { email: at('service-f81', 'gcp-sa-accessapproval'), is: true },
    { email: at('c-7-ab12', 'gcp-sa-alloydb'), is: true },
    { email: at('service-7', 'gcp-ri-identitypool'), is: true },
    { email: at('service-7', 'security-center-api'), is: true },
    { email: '7@cloudbuild.gserviceaccount.com', is: true },
    { email: at('relay', 'acme-ops'), is: false },
    { email: at('service-7', 'acme-ops'), is: false },
    { email: at('relay', 'gcp-sa-pubsub'), is: false },
  ];
  it.each(cases)('is known by its email: $email, $is', ({ email, is }) => {
    expect(isGoogleManaged(email)).toBe(is);
  });
});
