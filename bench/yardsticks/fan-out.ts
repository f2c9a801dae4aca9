import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';

/**
 * What one would write: list each project's secrets, ask for those whose annotation says that they are due. No digests, no grid, no
 * memory of what was asked for before, no room of a quota.
 */
export function fannerOf(cloud: string) {
  const { hostname, port } = new URL(cloud);
  const rest = { fallback: true, protocol: 'http', apiEndpoint: hostname, port: Number(port) };
  const secrets = new SecretManagerServiceClient(rest);
  const publisher = new v1.PublisherClient(rest);

  return async (projects: readonly string[], topic: string, dueBefore: Date): Promise<number> => {
    const due: { data: Buffer }[] = [];
    for (const project of projects) {
      const [listed] = await secrets.listSecrets(
        {
          parent: `projects/${project}`,
          filter: 'labels.managed-by=hopmint',
          pageSize: 25_000,
        },
        { autoPaginate: false },
      );
      for (const { name, annotations } of listed) {
        if (new Date(annotations?.['hopmint-minted-at'] ?? 0) < dueBefore) {
          due.push({ data: Buffer.from(JSON.stringify({ name, definition: annotations })) });
        }
      }
    }
    for (let i = 0; i < due.length; i += 1000) {
      await publisher.publish({ topic, messages: due.slice(i, i + 1000) });
    }
    return due.length;
  };
}
