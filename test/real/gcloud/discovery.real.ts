import { execFileSync } from 'node:child_process';
import data from '../../../local/discovery/google-apis.json' with { type: 'json' };
import { extractOf } from '../../../scripts/discovery/extract.ts';

const sdk = execFileSync('gcloud', ['info', '--format=value(config.paths.sdk_root)'], {
  encoding: 'utf8',
}).trim();

type Extract = { apis: Record<string, { methods: Record<string, { id: string }> }> };
const idsOf = ({ apis }: Extract) =>
  Object.entries(apis).flatMap(([api, { methods }]) =>
    Object.entries(methods).map(([method, { id }]) => `${api} ${method} ${id}`),
  );

it('has all methods of the local cloud in the extract of the discovery documents', () => {
  const fresh = JSON.parse(extractOf(sdk)) as Extract & { source: string };
  expect(idsOf(data as unknown as Extract)).toEqual(idsOf(fresh));
  // Another gcloud can have newer fields.
  if (fresh.source === data.source) expect(fresh).toEqual(data);
});
