import { Storage } from '@google-cloud/storage';
import { SecretCredential } from 'hopmint/reader';

// A job that lists a bucket as the target of a chain, with Google's own client.
const { SECRET = '', BUCKET = '' } = process.env;

const storage = new Storage({
  authClient: new SecretCredential({ secret: SECRET }),
  useAuthWithCustomEndpoint: true, // otherwise the client sends no token to STORAGE_EMULATOR_HOST
});

for await (const { name, metadata } of storage.bucket(BUCKET).getFilesStream()) {
  console.log(`${metadata.size}\t${name}`);
}
