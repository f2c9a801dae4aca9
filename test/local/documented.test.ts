import { readFile } from 'node:fs/promises';
import { API_METHODS } from '../../local/server/api-methods.ts';

/** `iam roles.get GET /v1/roles/{role}` */
async function documented(): Promise<string[]> {
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
  it('has every method with every route, each once, and none that is not there', async () => {
    const spoken = API_METHODS.map(
      ({ api, name, httpMethod, path }) => `${api} ${name} ${httpMethod} ${path}`,
    );
    expect((await documented()).toSorted()).toEqual(spoken.toSorted());
  });
});
