/** A Cloud Run service. @see https://cloud.google.com/run/docs/reference/rest/v1/namespaces.services */
export type RunService = {
  /** `projects/P/locations/L/services/S` */
  name: string;
  image: string;
  command?: string[] | undefined;
  args?: string[] | undefined;
  serviceAccount: string;
  ingress: 'all' | 'internal' | 'internal-and-cloud-load-balancing';
  /** The addresses of the service. The first one is `status.url`. */
  urls: string[];
  env?: Record<string, string> | undefined;
};
