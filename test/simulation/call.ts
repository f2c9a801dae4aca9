import { API_METHODS } from '../../local/server/api-methods.ts';
import { routerOf } from '../../local/server/router.ts';

const route = routerOf(API_METHODS);

/** The API method that the request calls, such as `secretmanager projects.secrets.patch`. */
export function callOf(request: Request | undefined): string {
  if (!request) return 'wait';
  const { method, url } = request;
  const { apiMethod } = route(method, new URL(url).pathname) ?? {};
  return apiMethod ? `${apiMethod.api} ${apiMethod.name}` : `${method} ${url}`;
}
