import { readFile } from 'node:fs/promises';
import { API_METHODS } from '../../local/server/api-methods.ts';

/** Each route in the tables, as in `iam roles.get GET /v1/roles/{role}`. */
async function documentedRoutes(): Promise<string[]> {
  const text = await readFile(new URL('../../docs/local-cloud.md', import.meta.url), 'utf8');
  const [, tables = ''] = text.split('\n## Every method\n');
  return tables.split('\n### ').flatMap((section) => {
    const [api = '', ...lines] = section.split('\n');
    return lines.flatMap((line) => {
      const [, method = '', routes = ''] = line.split('|').map((cell) => cell.trim());
      return [...routes.matchAll(/`([A-Z]+ [^`]+)`/g)].map(
        ([, route]) => `${api} ${method} ${route}`,
      );
    });
  });
}

describe('docs/local-cloud.md', () => {
  it('lists every route of every method once, and no other route', async () => {
    const served = API_METHODS.map(
      ({ api, name, httpMethod, path }) => `${api} ${name} ${httpMethod} ${path}`,
    );
    expect((await documentedRoutes()).toSorted()).toEqual(served.toSorted());
  });
});
