import { SecretCredential } from 'hopmint/reader';

// A job that reads a bucket as the target of a chain. Google's own client takes the same object: `new Storage({ authClient })`.
const { SECRET = '', BUCKET = '', STORAGE_EMULATOR_HOST: emulator } = process.env;

type Page = { items?: { name: string; size: string }[]; nextPageToken?: string };

const authClient = new SecretCredential({ secret: SECRET });
const url = `${emulator ?? 'https://storage.googleapis.com'}/storage/v1/b/${BUCKET}/o`;

let pageToken: string | undefined;
do {
  const { data } = await authClient.request<Page>({
    url,
    params: { maxResults: 1000, ...(pageToken && { pageToken }) },
  });
  for (const { name, size } of data.items ?? []) console.log(`${size}\t${name}`);
  pageToken = data.nextPageToken;
} while (pageToken);
