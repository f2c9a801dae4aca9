import { v1 } from '@google-cloud/pubsub';
import { SecretManagerServiceClient } from '@google-cloud/secret-manager';

/**
 * The straightforward program: it lists the secrets of each project, and requests a rotation of each secret whose annotation says
 * that it is due. It has no digests, no grid, no memory of earlier requests, and no quotas.
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
