import { ApiError } from '../../core/api-error.ts';
import { projectIdOf } from '../../core/projects.ts';
import type { RunService } from '../../state/run-service.ts';
import type { State } from '../../state/state.ts';

type Params = Readonly<Record<string, string>>;

export const serviceName = (
  state: State,
  { project = '', location = '', service = '' }: Params,
): string => `projects/${projectIdOf(state, project)}/locations/${location}/services/${service}`;

export function existingService(state: State, name: string): RunService {
  const found = state.runServices.get(name);
  if (found) return found;
  const [, , , , , id = ''] = name.split('/');
  throw new ApiError('NOT_FOUND', `Resource '${id}' of kind 'SERVICE' does not exist.`);
}

/** A service in the form of Knative, which v1 and gcloud use. @see https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services#Service */
export function toKnativeService(state: State, service: RunService): object {
  const [, project = '', , location = '', , name = ''] = service.name.split('/');
  const namespace = state.projects.get(project)?.projectNumber ?? project;
  const { image, command, args, env, serviceAccount, ingress, urls } = service;
  const [url] = urls;
  return {
    apiVersion: 'serving.knative.dev/v1',
    kind: 'Service',
    metadata: {
      name,
      namespace,
      selfLink: `/apis/serving.knative.dev/v1/namespaces/${namespace}/services/${name}`,
      generation: 1,
      labels: { 'cloud.googleapis.com/location': location },
      annotations: {
        'run.googleapis.com/ingress': ingress,
        'run.googleapis.com/ingress-status': ingress,
        'run.googleapis.com/urls': JSON.stringify(urls),
      },
    },
    spec: {
      template: {
        spec: {
          serviceAccountName: serviceAccount,
          containers: [
            {
              image,
              ...(command && { command }),
              ...(args && { args }),
              ...(env && {
                env: Object.entries(env).map(([key, value]) => ({ name: key, value })),
              }),
            },
          ],
        },
      },
      traffic: [{ percent: 100, latestRevision: true }],
    },
    status: {
      observedGeneration: 1,
      conditions: [{ type: 'Ready', status: 'True' }],
      address: { url },
      url,
    },
  };
}
