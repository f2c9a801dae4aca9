import { authorize } from '../../authorization/authorize.ts';
import { getIamPolicy, setIamPolicy } from '../../authorization/iam-policy.ts';
import { watchPolicy } from '../../authorization/policy-delta.ts';
import type { ApiMethod } from '../../core/api-method.ts';
import type { Audited } from '../../core/audited.ts';
import { existingService, serviceName } from './service-resource.ts';

const path = '/v1/projects/{project}/locations/{location}/services/{service}';

/** @see https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/getIamPolicy */
export const getServiceIamPolicy: ApiMethod = {
  api: 'run',
  name: 'projects.locations.services.getIamPolicy',
  httpMethod: 'GET',
  path: `${path}:getIamPolicy`,
  run(state, { params, query, caller }) {
    const name = serviceName(state, params);
    authorize(state, caller, 'run.services.getIamPolicy', name);
    existingService(state, name);
    return getIamPolicy(state, name, query.get('options.requestedPolicyVersion'));
  },
};

const audit: Audited = {
  methodName: 'google.cloud.run.v1.Services.SetIamPolicy',
  target(state, { params }) {
    const resourceName = serviceName(state, params);
    const [, project_id = '', , location = '', , service_name = ''] = resourceName.split('/');
    return {
      container: `projects/${project_id}`,
      resourceName,
      resource: { type: 'cloud_run_revision', labels: { project_id, location, service_name } },
    };
  },
  watch: watchPolicy((state, { params }) => serviceName(state, params)),
};

/** @see https://cloud.google.com/run/docs/reference/rest/v1/projects.locations.services/setIamPolicy */
export const setServiceIamPolicy: ApiMethod = {
  api: 'run',
  name: 'projects.locations.services.setIamPolicy',
  httpMethod: 'POST',
  path: `${path}:setIamPolicy`,
  audit,
  run(state, { params, body, caller }) {
    const name = serviceName(state, params);
    authorize(state, caller, 'run.services.setIamPolicy', name);
    existingService(state, name);
    return setIamPolicy(state, name, body);
  },
};
