import { z } from 'zod';
import type { ApiMethod } from '../../core/api-method.ts';
import { type Audited, auditedResource, projectContainer } from '../../core/audited.ts';
import { message, parseMessage } from '../../core/proto-json.ts';
import type { Project } from '../../state/container.ts';
import { checkServiceName, enabledServices, projectFor, toService } from './service-resource.ts';

/** @see https://cloud.google.com/service-usage/docs/audit-logging */
const audit = (rpc: string): Audited => {
  const methodName = `google.api.serviceusage.v1.ServiceUsage.${rpc}`;
  return {
    methodName,
    target(state, { params }) {
      const container = projectContainer(state, params.project);
      const resource = auditedResource(container, 'serviceusage.googleapis.com', methodName);
      return { container, resourceName: container, resource };
    },
  };
};

/** Enabling takes some seconds at Google. Here the operation has finished when the response is sent. */
const finished = (type: string, response: object): object => ({
  name: 'operations/noop.DONE_OPERATION',
  done: true,
  response: { '@type': `type.googleapis.com/google.api.serviceusage.v1.${type}`, ...response },
});

function enable(project: Project, services: readonly string[]): void {
  for (const service of services) checkServiceName(service);
  project.services = [...new Set([...enabledServices(project), ...services])];
}

/** @see https://cloud.google.com/service-usage/docs/reference/rest/v1/services/enable */
export const enableService: ApiMethod = {
  api: 'serviceusage',
  name: 'services.enable',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/services/{service}:enable',
  audit: audit('EnableService'),
  run(state, { params: { project = '', service = '' }, caller }) {
    const found = projectFor(state, caller, project, 'enable');
    enable(found, [service]);
    return finished('EnableServiceResponse', { service: toService(found, service) });
  },
};

const Body = message({ serviceIds: z.array(z.string()).min(1).max(20) });

/** @see https://cloud.google.com/service-usage/docs/reference/rest/v1/services/batchEnable */
export const batchEnableServices: ApiMethod = {
  api: 'serviceusage',
  name: 'services.batchEnable',
  httpMethod: 'POST',
  path: '/v1/projects/{project}/services:batchEnable',
  audit: audit('BatchEnableServices'),
  run(state, { params: { project = '' }, body, caller }) {
    const { serviceIds } = parseMessage(Body, body);
    const found = projectFor(state, caller, project, 'enable');
    enable(found, serviceIds);
    const services = serviceIds.map((service) => toService(found, service));
    return finished('BatchEnableServicesResponse', { services });
  },
};
