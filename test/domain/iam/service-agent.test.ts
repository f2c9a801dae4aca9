import { isGoogleManaged, isServiceAgent } from '../../../shared/domain/iam/service-agent.ts';

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

describe('an account that Google manages', () => {
  const cases = [
    { email: at('service-7', 'container-engine-robot'), is: true },
    { email: at('service-7', 'gs-project-accounts'), is: true },
    { email: at('p7-123456', 'gcp-sa-cloud-sql'), is: true },
    { email: at('service-org-91', 'gcp-sa-logging'), is: true },
    { email: at('service-folder-81', 'gcp-sa-logging'), is: true },
    { email: '7@cloudbuild.gserviceaccount.com', is: true },
    { email: at('relay', 'acme-ops'), is: false },
    { email: at('service-7', 'acme-ops'), is: false },
    { email: at('relay', 'gcp-sa-pubsub'), is: false },
  ];
  it.each(cases)('is known by its email: $email, $is', ({ email, is }) => {
    expect(isGoogleManaged(email)).toBe(is);
  });
});
